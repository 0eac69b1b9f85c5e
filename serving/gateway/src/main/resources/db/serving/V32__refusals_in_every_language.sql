-- What explains a refusal, by key and arguments: {"key": ..., "arguments": [...]}, where an argument
-- is a text or a sentence itself. The English words stay beside it: rows from before have nothing
-- else, and a later version may have lost the key.
alter table serving.refusal add column sentence jsonb;
