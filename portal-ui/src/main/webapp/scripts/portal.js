// What the server cannot do for the browser: copy a text in the same instant as the click.
window.allodium = {
  copyOnClick(button, source, done) {
    button.addEventListener("click", async () => {
      const text = source.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch (refused) {
        // Without https there is no clipboard API: select the text, so that the reader's own copy command works.
        const range = document.createRange();
        range.selectNodeContents(source);
        const selection = window.getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        document.execCommand("copy");
      }
      const before = button.textContent;
      button.textContent = done;
      setTimeout(() => { button.textContent = before; }, 2000);
    });
  },
};
