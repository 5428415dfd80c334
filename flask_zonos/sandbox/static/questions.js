/* The checkout's questions to the shopper, as dialogs over it. */

/** Asks by a dialog of the page: whether its first button was pressed. */
export function confirmed(id) {
  const dialog = document.querySelector(id);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const done = () => resolve(dialog.returnValue === "yes");
    dialog.addEventListener("close", done, { once: true });
  });
}

export const isAsking = () => Boolean(document.querySelector("dialog[open]"));
