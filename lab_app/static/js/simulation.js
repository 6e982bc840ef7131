// A simulation that runs in the background: [data-simulation] holds the address of its progress; the bar and the words follow it,
// and the page is read anew when it has ended.
const PAUSE = 1000;

const box = document.querySelector('[data-simulation]');
if (box) follow(box);

async function follow(place) {
  const says = place.querySelector('[data-says]');
  const bar = place.querySelector('[data-bar]');
  for (;;) {
    await new Promise((next) => setTimeout(next, PAUSE));
    if (document.hidden) continue;
    try {
      const answer = await fetch(place.dataset.simulation, { headers: { Accept: 'application/json' } });
      if (!answer.ok) continue;
      const told = await answer.json();
      if (!told.going) {
        location.assign(`${told.url}#mo-phong`);
        location.reload();
        return;
      }
      says.textContent = told.says;
      bar.value = told.done;
    } catch {
      // No connection for a moment: the next look tells.
    }
  }
}
