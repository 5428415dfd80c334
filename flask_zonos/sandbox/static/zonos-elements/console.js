/* What the developer of the shop reads in the browser's console. */

export const warn = (text) => console.warn(`Zonos sandbox: ${text}`);
export const report = (text, error) => console.error(`Zonos sandbox: ${text}`, error ?? "");
