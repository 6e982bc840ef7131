/* The documents in force for the method in hand: fetched once the bench stands, put where the link to their list was.
   [data-at-hand] holds the list's address; the list itself is in [data-at-hand-list] of that page. */
for (const place of document.querySelectorAll("[data-at-hand]")) {
  try {
    const answer = await fetch(place.dataset.atHand, { headers: { Accept: "text/html" } });
    if (!answer.ok) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.querySelector("[data-at-hand-list] > ul");
    if (list) place.querySelector("ul").replaceWith(document.adoptNode(list));
  } catch {
    // No network: the link stays.
  }
}
