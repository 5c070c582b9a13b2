// The print button of a page that is paper. Before: public/card.html. After: the printer.

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => window.print());
