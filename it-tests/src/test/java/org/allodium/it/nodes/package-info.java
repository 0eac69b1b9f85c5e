/// Two servers over one database: killed, stopped, cut off from each other, and told what nobody
/// may do twice. Comes last in the order of all tests, so that the second server is started once
/// and stays.
package org.allodium.it.nodes;
