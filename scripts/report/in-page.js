// Runs in the page that `npm run report` writes, in nobody else's: no library, no network.
const find = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
document.documentElement.classList.add('live');

// Filters: every table that has a form for it.
for (const form of all('form.filters')) {
  const table = document.getElementById(form.dataset.for);
  const rows = all('tbody tr', table).map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const filter = () => {
    const data = new FormData(form);
    const words = String(data.get('words')).toLowerCase().split(/\s+/);
    let left = 0;
    for (const { row, text } of rows) {
      const is =
        words.every((word) => text.includes(word)) &&
        (!data.get('kind') || row.dataset.kind === data.get('kind')) &&
        (!data.get('felt') || row.dataset.felt !== undefined);
      row.hidden = !is;
      if (is) left += 1;
    }
    find('output', form).textContent =
      left === rows.length ? `${left} rows` : `${left} of ${rows.length} rows`;
    table.dispatchEvent(new Event('filtered'));
  };
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  filter();
}

// The matrix: one stop of the Tab key, arrow keys between cells, and why each is as it is.
const matrix = find('#matrix');
const { texts, rows: reasons } = JSON.parse(find('#reasons').textContent);
const why = find('#why');
const say = (numbers) => numbers.map((number) => texts[number]);
let chosen;

const line = (tag, text, inside) => {
  const made = document.createElement(tag);
  made.textContent = text;
  inside.append(made);
  return made;
};
const list = (head, lines, inside) => {
  if (lines.length === 0) return;
  line('dt', head, inside);
  for (const each of lines) line('dd', each, inside);
};

function explain(cell) {
  const row = cell.parentElement;
  const loss = reasons[row.dataset.row];
  if (!loss) return;
  const service = cell.cellIndex - 1;
  const named = loss.phases[0].verdicts[service] !== undefined;
  why.replaceChildren();
  line(
    'p',
    `Without ${texts[loss.words]}${named ? `: ${matrix.tHead.rows[0].cells[cell.cellIndex].textContent}` : ''}`,
    why,
  ).className = 'head';
  const facts = line('dl', '', why);
  loss.phases.forEach(({ verdicts, because, majorities }, index) => {
    const when = index === 0 ? 'at once' : 'later';
    if (named) list(`${when}: ${texts[verdicts[service]]}`, say(because[service]), facts);
    else list(when, say(majorities), facts);
  });
  list('who tells of it', loss.alerts.length > 0 ? [say(loss.alerts).join(', ')] : ['no alert'], facts);
  list('how long', say(loss.lasts), facts);
  list('what mends it', say(loss.mends), facts);
  for (const each of all('.at', matrix)) each.classList.remove('at');
  cell.classList.add('at');
  row.cells[0].classList.add('at');
  matrix.tHead.rows[0].cells[cell.cellIndex].classList.add('at');
}

function choose(cell, isFocused) {
  if (chosen) chosen.tabIndex = -1;
  chosen = cell;
  cell.tabIndex = 0;
  if (isFocused) cell.focus();
  explain(cell);
}

matrix.setAttribute('role', 'grid');
for (const cell of all('tbody th, tbody td', matrix)) cell.tabIndex = -1;
const shown = () => all('tbody tr', matrix).filter((row) => !row.hidden);
const reachable = () => {
  if (chosen && !chosen.parentElement.hidden) return;
  const cell = shown()[0]?.cells[1];
  if (chosen) chosen.tabIndex = -1;
  chosen = cell;
  if (cell) cell.tabIndex = 0;
};
reachable();
matrix.addEventListener('filtered', reachable);
// A page that scrolls below a pointer at rest chooses nothing.
let rested = '';
matrix.addEventListener('pointermove', ({ target, pointerType, clientX, clientY }) => {
  const place = `${clientX} ${clientY}`;
  const cell = target.closest('tbody th, tbody td');
  if (!cell || pointerType !== 'mouse' || place === rested) return;
  rested = place;
  if (cell.tagName === 'TH' || !cell.classList.contains('at')) explain(cell);
});
matrix.addEventListener('click', ({ target }) => {
  const cell = target.closest('tbody th, tbody td');
  if (cell) choose(cell, true);
});
matrix.addEventListener('focusin', ({ target }) => {
  if (target.matches('tbody th, tbody td')) choose(target, false);
});
matrix.addEventListener('keydown', (event) => {
  const cell = event.target.closest('tbody th, tbody td');
  if (!cell) return;
  const rows = shown();
  const [row, column] = [rows.indexOf(cell.parentElement), cell.cellIndex];
  const last = cell.parentElement.cells.length - 1;
  const to = {
    ArrowDown: [row + 1, column],
    ArrowUp: [row - 1, column],
    ArrowRight: [row, column + 1],
    ArrowLeft: [row, column - 1],
    Home: [event.ctrlKey ? 0 : row, 0],
    End: [event.ctrlKey ? rows.length - 1 : row, last],
    PageDown: [Math.min(rows.length - 1, row + 10), column],
    PageUp: [Math.max(0, row - 10), column],
  }[event.key];
  if (!to) return;
  event.preventDefault();
  const next = rows[to[0]]?.cells[to[1]];
  if (next) choose(next, true);
});

// Two failures: each alone, and both.
const pair = find('form.pair');
const pairs = pair && JSON.parse(find('#pairs').textContent);

function showPair() {
  const data = new FormData(pair);
  const [first, second] = [Number(data.get('first')), Number(data.get('second'))].sort((a, b) => a - b);
  const [alone, other, both] = [
    [first, first],
    [second, second],
    [first, second],
  ].map(([from, to]) => pairs.states[pairs.rows[from][to - from]].split(' '));
  const [one, two] = [pairs.names[first], pairs.names[second]];
  const result = find('#both');
  result.replaceChildren();
  const worse = pairs.services.filter((_, at) => both[0][at] > alone[0][at] && both[0][at] > other[0][at]);
  line(
    'p',
    first === second
      ? `Without ${one}`
      : `Without ${one} and ${two}: ${worse.length > 0 ? `only together they hurt ${worse.join(', ')}` : 'nothing that one of them does not do alone'}`,
    result,
  ).className = 'head';
  const scroll = line('div', '', result);
  scroll.className = 'scroll';
  scroll.tabIndex = 0;
  scroll.role = 'region';
  scroll.ariaLabel = 'Each failure alone, and both';
  const table = line('table', '', scroll);
  const head = line('tr', '', line('thead', '', table));
  for (const each of ['service', `${one} alone`, `${two} alone`, 'both, at once', 'both, later'])
    line('th', each, head).scope = 'col';
  const body = line('tbody', '', table);
  pairs.services.forEach((service, at) => {
    const row = line('tr', '', body);
    line('th', service, row).scope = 'row';
    for (const state of [alone[0], other[0], both[0], both[1]])
      line('td', pairs.verdicts[state[at]], row).className = pairs.verdicts[state[at]];
  });
}
if (pair) {
  pair.addEventListener('input', showPair);
  pair.addEventListener('submit', (event) => event.preventDefault());
  showPair();
}

// The map: layers, one flow alone, one host alone.
const layers = find('form.layers');
const paths = all('.map path');
const boxes = all('.map .box');
let host = '';

function draw() {
  const data = new FormData(layers);
  const flow = data.get('flow');
  const touched = new Set(host ? [host] : []);
  for (const path of paths) {
    const { a, b, f, k } = path.dataset;
    const mine = a === host || b === host;
    const is = flow
      ? f.split(' ').includes(flow) && (!host || mine)
      : host
        ? mine && (data.has(k) || FIRST_ALL.has(k))
        : data.has(k);
    path.classList.toggle('off', !is);
    path.classList.toggle('strong', is && (Boolean(host) || Boolean(flow)));
    if (is && (host || flow)) touched.add(a).add(b);
  }
  for (const box of boxes) {
    box.classList.toggle('faint', touched.size > 0 && !touched.has(box.dataset.id));
    if (box.dataset.id === host) box.setAttribute('aria-current', 'true');
    else box.removeAttribute('aria-current');
  }
  const option = find(`option[value="${flow}"]`, layers);
  find('output', layers).textContent = flow ? option.dataset.why : '';
}
// Of a chosen host everything is drawn but what every host has.
const FIRST_ALL = new Set(['clients', 'database', 'objects', 'cluster', 'observation', 'administration']);

function pick(id, isMoved) {
  for (const section of all('.hosts .host')) section.classList.toggle('shown', section.id === id);
  const section = id && document.getElementById(id);
  host = section ? find('h3', section).textContent : '';
  draw();
  const others = boxes.filter((box) => !box.classList.contains('faint') && box.getClientRects().length > 0);
  find('#chosen').textContent = host
    ? `${host} is chosen: it talks to ${others.length - 1} places. Its details follow the map.`
    : '';
  if (section && isMoved) find('h3', section).scrollIntoView({ block: 'nearest' });
}

layers.addEventListener('input', draw);
layers.addEventListener('submit', (event) => event.preventDefault());
for (const box of all('a.box')) {
  box.addEventListener('click', (event) => {
    event.preventDefault();
    const id = box.getAttribute('href').slice(1);
    const isOff = box.getAttribute('aria-current') === 'true';
    history.replaceState(null, '', isOff ? '#map' : `#${id}`);
    pick(isOff ? '' : id, true);
  });
}
const follow = (isMoved) => {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id.startsWith('host-')) pick(id, isMoved);
  else if (id) {
    // What is folded away opens for who is led there.
    const target = document.getElementById(id);
    for (let box = target?.parentElement; box; box = box.parentElement)
      if (box.matches('details')) box.open = true;
  }
};
addEventListener('hashchange', () => follow(true));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && host) pick('', false);
});
draw();
follow(true);
