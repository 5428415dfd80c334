/**
 * Makes an element. Text is only ever set as text, so nothing that was typed is markup.
 * @param {string} name
 * @param {string | object} properties the class, or properties of the element
 * @param {...(Node | string | null | undefined | false)} children empty ones are left out
 */
export const make = (name, properties = {}, ...children) => {
  const given = typeof properties === "string" ? { className: properties } : properties;
  const element = Object.assign(document.createElement(name), given);
  element.append(...children.filter((child) => child || child === 0));
  return element;
};
