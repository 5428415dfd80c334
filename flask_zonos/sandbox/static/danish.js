/* What the checkout and the country's dialog say in Danish, by what they say in English. */

export const DANISH = {
  Checkout: "Betaling",
  "Close checkout": "Luk betalingen",
  "Opening your cart…": "Åbner din kurv…",
  "This checkout cannot be opened": "Betalingen kan ikke åbnes",
  "Back to the shop": "Tilbage til butikken",
  "Thank you for your order": "Tak for din ordre",
  "Order {number} has been placed. You paid {total} in play money.":
    "Ordre {number} er afgivet. Du betalte {total} i legepenge.",

  "Welcome, {name}": "Velkommen, {name}",
  "Welcome back, {name}": "Velkommen tilbage, {name}",
  customer: "kunde",
  Delivery: "Levering",
  Shipping: "Forsendelse",
  Payment: "Betaling",
  Change: "Ret",
  Continue: "Fortsæt",

  "Full name": "Fulde navn",
  Email: "E-mail",
  Phone: "Telefon",
  Address: "Adresse",
  "Apartment, floor, company": "Lejlighed, etage, firma",
  City: "By",
  Region: "Region",
  "Postal code": "Postnummer",
  Country: "Land",
  optional: "valgfrit",
  "if there is one": "hvis der er en",
  "Another address": "En anden adresse",

  Economy: "Økonomi",
  Express: "Ekspres",
  "{from} to {to} days": "{from} til {to} dage",
  Saved: "Gemt",
  "Test card": "Testkort",
  "Is always declined": "Afvises altid",
  "Use a test card": "Brug et testkort",
  "Save this card for next time": "Gem kortet til næste gang",
  "The sandbox takes test cards only. Never enter a card of your own anywhere in it.":
    "Sandkassen tager kun testkort. Skriv aldrig dit eget kort nogen steder i den.",

  "Your order": "Din ordre",
  Item: "Vare",
  "Quantity {number}": "Antal {number}",
  Items: "Varer",
  Discounts: "Rabatter",
  "Duties (made up)": "Told (opdigtet)",
  "Taxes (made up)": "Afgifter (opdigtet)",
  Total: "I alt",
  Pay: "Betal",
  "Pay {total}": "Betal {total}",
  "Shipping, duties and taxes are made up by the sandbox.":
    "Fragt, told og afgifter er opdigtet af sandkassen.",
  "Sandbox: no card is charged, nothing is shipped.":
    "Sandkasse: intet kort trækkes, intet sendes.",

  "Please fill in the {field}.": "Udfyld venligst {field}.",
  "The sandbox cannot be reached. Please try again.":
    "Sandkassen svarer ikke. Prøv igen.",
  "That did not work. Please try again.": "Det gik ikke. Prøv igen.",
  "This cart has expired": "Kurven er udløbet",
  "This cart has been ordered already": "Kurven er allerede bestilt",
  "Your sign-in at the shop is no longer valid": "Dit login i butikken gælder ikke længere",
  "The card was declined. Choose another one.": "Kortet blev afvist. Vælg et andet.",
  "Choose a card to pay with": "Vælg et kort at betale med",
  "Enter a name": "Skriv et navn",
  "Enter an address": "Skriv en adresse",
  "Enter a city": "Skriv en by",
  "Enter an email address": "Skriv en e-mailadresse",
  "Choose a country": "Vælg et land",
  "The stock could not be checked. Please try again.":
    "Lageret kunne ikke kontrolleres. Prøv igen.",

  "Where are you shopping from?": "Hvor handler du fra?",
  Currency: "Valuta",
  Save: "Gem",
  Cancel: "Annuller",
};
