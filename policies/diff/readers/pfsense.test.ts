import { expect, it } from 'vitest';
import { REFERENCE } from '#scripts/testing/changed-sites-examples.ts';
import { changesBetween } from '../change.ts';
import { pathOf } from '../compare.ts';

const PATH = 'sxb/front-firewall/pfsense.xml';
const text = REFERENCE.get(PATH)!;
function fields(changed: string) {
  const found = changesBetween(REFERENCE, new Map(REFERENCE).set(PATH, changed)).map(({ fields: each }) =>
    each.map(({ steps, how }) => `${how} ${pathOf(steps)}`),
  );
  return found.flat();
}
const rule = (tracker: number) =>
  new RegExp(` {4}<rule>\\n {6}<tracker>${tracker}</tracker>[\\s\\S]*?</rule>\\n`).exec(text)![0];

it('knows an alias by its name, and its addresses each by itself', () => {
  const wider = text.replace(/(<name>do_database<\/name>[\s\S]*?<address>)/, '$1203.0.113.99 ');
  expect(fields(wider)).toEqual(['added aliases.do_database.addresses[203.0.113.99]']);
});

it('knows a rule by what it is for, whatever its number', () => {
  const renumbered = text.replaceAll(/<tracker>(\d+)</g, (_, number) => `<tracker>${Number(number) + 7}<`);
  expect(fields(renumbered)).toEqual([]);
  expect(fields(text.replace(rule(1002), ''))).toEqual([
    expect.stringMatching(/^removed filter\.rules\[lan: api-to-/),
  ]);
  const open = text.replace(rule(1001), (each) => each.replace('<port>ports_80_443</port>', ''));
  expect(fields(open)).toEqual([
    expect.stringMatching(/^removed filter\.rules\[wan: app, .*\]\.destination\.port$/),
  ]);
});

it('says of two rules that change places that they did, for the first that fits decides', () => {
  const swapped = text.replace(rule(1001) + rule(1002), rule(1002) + rule(1001));
  expect(fields(swapped)).toEqual(['moved filter.rules']);
});

it('knows a translation by the address that the world sees', () => {
  const other = text.replace(
    /(<external>192\.0\.2\.9<\/external>[\s\S]*?<address>)10\.10\.0\.9</,
    '$110.10.0.8<',
  );
  expect(fields(other)).toEqual(['changed nat.onetoone."192.0.2.9".source.address']);
});

it('reads a text that is no XML as lines', () => {
  expect(fields('<pfsense><filter>')).not.toEqual([]);
});
