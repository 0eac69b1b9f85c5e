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

// Who is signed in in this tab. A page that finds nobody can then tell a lost session from a first visit.
Object.assign(window.allodium, {
  signedIn(person, key) {
    sessionStorage.setItem("allodium.signed-in", "yes");
    window.allodium.drafts.of(person, key);
  },
  signedOut() {
    sessionStorage.removeItem("allodium.signed-in");
  },
  arrival() {
    if (!navigator.cookieEnabled) return "no-cookies";
    return sessionStorage.getItem("allodium.signed-in") ? "lost" : "first";
  },
  // What an address names behind its #, once the page stands: the browser looked too early.
  toPassage() {
    const name = decodeURIComponent(window.location.hash.slice(1));
    if (name) requestAnimationFrame(() => document.getElementById(name)?.focus());
  },
});

// To the content without leaving the page: the document's base makes another address of a bare fragment. Heard before
// anybody else, and for every frame that a page gets while it is open.
window.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("a.skip")) {
    event.preventDefault();
    event.stopPropagation();
    document.getElementById("content").focus();
  }
}, true);

// Drafts: what was typed into a form and not sent, kept in this browser for the person who typed it. The key comes
// from the server and only while that person is signed in. Without https there is no encryption: then a draft
// lives in its tab alone.
window.allodium.drafts = (() => {
  const PREFIX = "allodium.draft.";
  const KEPT_DAYS = 30;
  let person = "";
  let key = null;
  let introduce = null;
  const introduced = new Promise((done) => { introduce = done; });
  const turn = {};
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const place = (name) => PREFIX + person + "." + name;

  // Someone else's drafts are unreadable here, and go when they are old.
  const sweep = () => {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      const kept = JSON.parse(localStorage.getItem(name));
      if (Date.now() - kept.at > KEPT_DAYS * 86400000) localStorage.removeItem(name);
    }
    // In the clear, and not this person's: somebody else has used this tab.
    for (const name of Object.keys(sessionStorage).filter((one) => one.startsWith(PREFIX))) {
      if (!name.startsWith(PREFIX + person + ".")) sessionStorage.removeItem(name);
    }
  };

  const valueOf = (field) => {
    switch (field.localName) {
      case "vaadin-select": {
        const shown = field.value === "" ? null : field.querySelector("[slot='value']");
        return shown ? shown.innerText.trim() : "";
      }
      case "vaadin-combo-box":
        return field.inputElement ? field.inputElement.value : "";
      case "vaadin-radio-group": {
        const at = [...field.querySelectorAll("vaadin-radio-button")].findIndex((one) => one.checked);
        return at < 0 ? "" : String(at);
      }
      default:
        return field.value ?? "";
    }
  };

  const save = (form, name) => {
    const fields = {};
    form.querySelectorAll("[data-field]").forEach((one) => { fields[one.dataset.field] = valueOf(one); });
    if (Object.values(fields).some((one) => one !== "")) keep(name, JSON.stringify(fields));
  };

  // Written at once and in the clear to this tab, which may be reloaded at any moment; then sealed for the person.
  const keep = async (name, plain) => {
    const mine = (turn[name] = (turn[name] ?? 0) + 1);
    const kept = { at: Date.now() };
    sessionStorage.setItem(place(name), JSON.stringify({ ...kept, plain }));
    if (!window.isSecureContext) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key, new TextEncoder().encode(plain));
    if (turn[name] !== mine) return;
    localStorage.setItem(place(name), JSON.stringify({ ...kept, iv: text(iv), sealed: text(sealed) }));
    sessionStorage.removeItem(place(name));
  };

  const drop = (name) => {
    localStorage.removeItem(place(name));
    sessionStorage.removeItem(place(name));
  };

  const read = async (name) => {
    const unsealed = JSON.parse(sessionStorage.getItem(place(name)));
    if (unsealed) {
      keep(name, unsealed.plain);
      return unsealed.plain;
    }
    const kept = JSON.parse(localStorage.getItem(place(name)));
    if (!kept || !window.isSecureContext) return "";
    try {
      const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv) }, await key, bytes(kept.sealed));
      return new TextDecoder().decode(open);
    } catch (otherKey) {
      drop(name);
      return "";
    }
  };

  return {
    of(id, secret) {
      person = id;
      key = window.isSecureContext ? crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]) : null;
      sweep();
      introduce();
    },
    // Restores first; only what is typed afterwards is written.
    async begin(form, name) {
      form.typedMeanwhile = new Map();
      form.addEventListener("input", (event) => {
        const field = event.target instanceof Element && event.target.closest("[data-field]");
        if (field) form.typedMeanwhile?.set(field, event.target.value);
      });
      await introduced;
      const earlier = await read(name);
      if (!form.dataset.drafted) {
        form.dataset.drafted = "yes";
        form.addEventListener("input", () => save(form, name));
        // A list shows its choice only after it has said so.
        form.addEventListener("change", () => setTimeout(() => save(form, name)));
      }
      return earlier;
    },
    // An earlier draft has arrived in the fields. It takes its time, and whoever has written meanwhile is right.
    restored(form) {
      const typed = form.typedMeanwhile;
      form.typedMeanwhile = null;
      typed?.forEach((written, field) => {
        field.value = written;
        field.dispatchEvent(new CustomEvent("change", { bubbles: true }));
      });
    },
    end(name) {
      turn[name] = (turn[name] ?? 0) + 1;
      drop(name);
    },
  };
})();

// The reference of the APIs. The viewer comes with its page; it knows dark by a class on the root, and only of itself.
customElements.define("api-reference", class extends HTMLElement {
  connectedCallback() {
    this.dress = () => {
      const chosen = document.documentElement.dataset.theme;
      document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : this.night.matches);
    };
    this.night = window.matchMedia("(prefers-color-scheme: dark)");
    this.night.addEventListener("change", this.dress);
    this.watch = new MutationObserver(this.dress);
    this.watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.dress();
    window.SwaggerUIBundle({
      url: "/openapi",
      domNode: this,
      layout: "BaseLayout",
      presets: [window.SwaggerUIBundle.presets.apis],
      supportedSubmitMethods: [],
      defaultModelsExpandDepth: 0,
      validatorUrl: null,
    });
  }
  disconnectedCallback() {
    this.night.removeEventListener("change", this.dress);
    this.watch.disconnect();
    document.documentElement.classList.remove("dark-mode");
  }
});
