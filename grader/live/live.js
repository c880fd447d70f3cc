// Cards come over one stream of server-sent events; the browser connects again by itself.
(() => {
  "use strict";
  const cards = document.getElementById("cards");
  const state = document.getElementById("state");
  const line = document.getElementById("line");

  // Markup comes from grader serve, which escapes what is yours; the page's policy runs no script.
  const set = (element, markup) => {
    const template = document.createElement("template");
    template.innerHTML = markup;
    element.replaceChildren(template.content);
    window.preparePictures(element);
  };
  const showState = (markup) => {
    set(state, markup);
    state.className = state.textContent.startsWith("✕") ? "failed" : "";
  };
  const make = (markup) => {
    const template = document.createElement("template");
    template.innerHTML = markup;
    return template.content.firstElementChild;
  };

  // A card that is drawn again keeps the reader's place in it.
  const placeIn = (card) => [...card.querySelectorAll(".event")].indexOf(document.activeElement);

  const showCard = ({ id, card }) => {
    const fresh = make(card);
    const old = document.getElementById(id);
    const at = old ? placeIn(old) : -1;
    if (old) old.replaceWith(fresh);
    else { fresh.classList.add("fresh"); cards.prepend(fresh); }
    window.preparePictures(fresh);
    if (at >= 0) fresh.querySelectorAll(".event")[at]?.focus();
    while (cards.children.length > 50) cards.lastElementChild.remove();
  };

  let over = false; // an ordered end is no broken connection
  const source = new EventSource("events");
  const data = (event) => JSON.parse(event.data);
  source.addEventListener("everything", (event) => {
    const all = data(event);
    showState(all.state);
    set(cards, all.cards);
    line.textContent = "";
    over = false;
  });
  source.addEventListener("state", (event) => showState(data(event).state));
  source.addEventListener("over", (event) => {
    showState(data(event).state);
    over = true;
  });
  source.addEventListener("card", (event) => showCard(data(event)));
  source.onerror = () => {
    line.textContent = over ? "" : "Not connected: is grader serve still running? Trying again.";
  };
})();
