// The editor of a limit. Only the groups that the chosen kind has are shown, and what was understood is asked for a moment after
// typing stops: words, rows, picture. Without this script every group can be opened, and a button shows the same.
const PAUSE = 400;

const form = document.getElementById('limit-form');
const seen = form?.querySelector('[data-limit-seen]');
if (form && seen) {
  const place = seen.querySelector('[data-limit-place]');
  const kind = form.elements.namedItem('kind');
  const groups = [...form.querySelectorAll('[data-for-kinds]')];
  const show = () => {
    for (const group of groups) {
      const wanted = group.dataset.forKinds.split(' ').includes(kind.value);
      group.hidden = !wanted && !group.querySelector('.field--bad');
      if (wanted) group.open = true;
    }
  };
  let waiting = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(seen.dataset.limitSeen, { method: 'POST', body: new FormData(form), credentials: 'same-origin' });
      if (answer.ok && mine === asked) {
        const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html');
        place.replaceChildren(...drawn.body.childNodes);
      }
    } catch {
      // No connection: what was understood last stays; saving reads anew.
    }
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };
  kind.addEventListener('change', show);
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
  show();
}
