// Details of an event on hover, tap and focus; arrow keys go from event to event.
// Without this script the pictures are complete: titles show on hover, every event takes focus.
(() => {
  "use strict";
  const tip = document.createElement("p");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the event has the same words as its label
  document.body.append(tip);

  const eventAt = (target) => (target instanceof Element ? target.closest(".event") : null);

  const show = (event) => {
    tip.textContent = event.getAttribute("aria-label");
    tip.hidden = false;
    const at = event.querySelector("circle").getBoundingClientRect();
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const left = Math.max(8, Math.min(at.left + at.width / 2 - tip.offsetWidth / 2, room));
    const above = at.top - tip.offsetHeight - 8;
    const top = above > 4 ? above : at.bottom + 10;
    tip.style.left = `${left + window.scrollX}px`;
    tip.style.top = `${top + window.scrollY}px`;
  };
  const hide = () => { tip.hidden = true; };

  // A picture that is wider than its frame says so; the names of its lanes stay in sight.
  const FADE = 56;
  const fit = (frame) => {
    if (!frame.clientWidth) return; // folded, or drawn again since
    const beyond = frame.scrollWidth - frame.clientWidth;
    const wide = beyond > 2;
    frame.previousElementSibling.classList.toggle("needed", wide);
    frame.classList.toggle("goes-on", wide && frame.scrollLeft < beyond - 2);
    for (const names of frame.querySelectorAll(".names")) {
      const picture = names.ownerSVGElement;
      const scale = picture.getBoundingClientRect().width / picture.viewBox.baseVal.width;
      const room = frame.getBoundingClientRect().left - picture.getBoundingClientRect().left;
      names.setAttribute("transform", `translate(${Math.max(0, room / scale)})`);
      names.classList.toggle("moved", room > 4);
    }
  };

  // One tab stop a picture, and labels in place of titles, which would show a second tip.
  const prepare = (root) => {
    for (const picture of root.querySelectorAll(".timeline")) {
      picture.querySelectorAll(".event").forEach((event, i) => {
        const title = event.querySelector("title");
        if (title) {
          event.setAttribute("aria-label", title.textContent);
          title.remove();
        }
        event.setAttribute("tabindex", i ? "-1" : "0");
      });
    }
    for (const frame of root.querySelectorAll(".lanes")) {
      frame.addEventListener("scroll", () => fit(frame), { passive: true });
      new ResizeObserver(() => fit(frame)).observe(frame); // also when it is unfolded
      fit(frame);
      // On a phone the event to look at may be out of sight.
      const odd = frame.querySelector(".offending");
      if (!odd) continue;
      const beyond = odd.getBoundingClientRect().right - frame.getBoundingClientRect().right;
      if (beyond > -FADE) frame.scrollLeft += beyond + FADE;
    }
  };

  const move = (event, key) => {
    const all = [...event.closest(".timeline").querySelectorAll(".event")];
    const at = all.indexOf(event);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1,
      Home: 0, End: all.length - 1 }[key];
    if (to === undefined) return false;
    const next = all[Math.max(0, Math.min(to, all.length - 1))];
    all.forEach((one) => one.setAttribute("tabindex", one === next ? "0" : "-1"));
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    show(next);
    return true;
  };

  document.addEventListener("mouseover", (e) => {
    const event = eventAt(e.target);
    if (event) show(event); else hide();
  });
  document.addEventListener("focusin", (e) => {
    const event = eventAt(e.target);
    if (event) show(event); else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") hide();
    const event = eventAt(e.target);
    if (event && move(event, e.key)) e.preventDefault();
  });

  window.preparePictures = prepare;
  prepare(document);
})();
