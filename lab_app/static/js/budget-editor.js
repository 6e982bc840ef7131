// The editor of an uncertainty budget. [data-preview] is asked for what the typed budget would give, a moment after typing stops;
// of each [data-quantity] only the fields that its kind has are shown, under the names they have there. Without this script every
// field stands there, and a button computes.
const PAUSE = 500;

const form = document.getElementById('budget-form');
const preview = form?.querySelector('[data-preview]');
if (preview) live(form, preview);
const quantities = form?.querySelector('[data-quantities]');
if (quantities) shape(quantities);

function live(typed, place) {
  let waiting = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    place.setAttribute('aria-busy', 'true');
    try {
      const body = new FormData(typed);
      const answer = await fetch(place.dataset.preview, { method: 'POST', body });
      if (answer.ok && mine === asked) {
        const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html');
        place.replaceChildren(...drawn.body.childNodes);
      }
    } catch {
      // No connection: what was computed last stays, and saving computes anew.
    }
    if (mine === asked) place.removeAttribute('aria-busy');
  };
  typed.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
}

function shape(all) {
  const labels = JSON.parse(all.dataset.labels);
  const always = new Set(['name', 'meaning', 'unit', 'given']);
  for (const one of all.querySelectorAll('[data-quantity]')) {
    const given = one.querySelector('.q-given select');
    const fields = new Map();
    for (const field of one.querySelectorAll('.field')) {
      const name = [...field.classList].find((css) => css.startsWith('q-'))?.slice(2);
      if (name && !always.has(name)) fields.set(name, { field, label: field.querySelector('label'), input: field.querySelector('input, textarea') });
    }
    const show = () => {
      const known = labels[given.value] ?? {};
      for (const [name, { field, label, input }] of fields) {
        field.hidden = !(name in known) && !input.value && !field.classList.contains('field--bad');
        if (name in known) label.textContent = known[name];
      }
    };
    given.addEventListener('change', show);
    show();
  }
}
