/* The looks of the dialogs: a constructed style sheet needs no leave from a policy. */

const RULES = `
  html:has(dialog:is([data-zonos-checkout], [data-zonos-hello])[open]) {
    overflow: hidden;
  }
  dialog:is([data-zonos-checkout], [data-zonos-hello]) {
    border: 0; margin: auto; padding: 0; overflow: hidden; background: transparent;
    width: min(64rem, 100vw - 3rem); height: min(52rem, 100dvh - 3rem);
    max-width: none; max-height: none; border-radius: 1.125rem;
    box-shadow: 0 2rem 5rem rgb(8 12 24 / .38), 0 0 0 1px rgb(8 12 24 / .08);
  }
  dialog[data-zonos-hello] {
    width: min(26rem, 100vw - 2rem); height: min(23rem, 100dvh - 2rem);
  }
  dialog:is([data-zonos-checkout], [data-zonos-hello])::backdrop {
    background: rgb(12 16 28 / .56); backdrop-filter: blur(3px);
  }
  dialog:is([data-zonos-checkout], [data-zonos-hello]) > iframe {
    border: 0; display: block; width: 100%; height: 100%; color-scheme: light dark;
  }
  zonos-controller > output {
    position: fixed; inset: auto 1rem 1rem; margin: auto; width: fit-content;
    max-width: min(32rem, 100vw - 2rem); padding: .75rem 1.25rem; border-radius: .625rem;
    font: 500 .9375rem/1.5 system-ui, sans-serif; color: #fff; background: #0b5c3b;
    box-shadow: 0 .5rem 2rem rgb(8 12 24 / .38); z-index: 2147483647;
  }
  zonos-controller > output[data-type=error] { background: #8c1d18; }
  zonos-controller > output[data-type=warning] { background: #6b4e00; }
  @media (max-width: 44rem) {
    dialog[data-zonos-checkout] {
      width: 100vw; height: 100dvh; border-radius: 0; margin: 0;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog:is([data-zonos-checkout], [data-zonos-hello])[open] { animation: zonos-sandbox-in .24s ease-out; }
    @keyframes zonos-sandbox-in { from { opacity: 0; translate: 0 1rem; } }
  }`;
let sheet = null;

export function adoptStyles() {
  if (sheet) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(RULES);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
