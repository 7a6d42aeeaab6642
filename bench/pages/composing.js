// Goes before distant.js into the pages of guests whose stage is the product's.
window.composes = true;
