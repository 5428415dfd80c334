/* Country codes as people say them. */

const names = new Intl.DisplayNames(["en"], { type: "region" });

export function countryName(code) {
  try {
    return names.of(code);
  } catch {
    return code; // the schema has codes that are no region's, such as IC
  }
}
