import { expect, it } from 'vitest';
import { type Crowd, crowd, lookup } from './crowd.ts';

it('finds what is about an address, in its order and in whichever form it is written', () => {
  const rules = [['10.0.0.0/8'], ['10.0.0.1', '2001:db8::1'], ['192.0.2.1'], ['10.0.0.1/32']];
  const about = lookup(rules, crowd);
  expect(about('10.0.0.1')).toEqual([rules[0], rules[1], rules[3]]);
  expect(about('2001:db8:0::1')).toEqual([rules[1]]);
  expect(about('198.51.100.1')).toEqual([]);
});

it('asks none of those that are about single addresses', () => {
  let asked = 0;
  const counted = (wanted: string[]): Crowd => {
    const isOne = crowd(wanted);
    return Object.assign((address: string) => {
      asked += 1;
      return isOne(address);
    }, isOne.singles && { singles: isOne.singles });
  };
  const crowds = Array.from({ length: 200 }, (_, index) => counted([`10.0.0.${index}`]));
  const about = lookup([...crowds, counted(['10.0.0.0/24'])], (each) => each);
  for (let index = 0; index < 200; index += 1) expect(about(`10.0.0.${index}`)).toHaveLength(2);
  expect(asked).toBe(200);
});
