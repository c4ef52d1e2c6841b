import type { Construct, Extension, State, Token, TokenizeContext } from 'micromark-util-types';

const DOLLAR = 36;
const BACKSLASH = 92;
/** As micromark counts them: ends of lines and tabs are below zero, and so is the end of the text, which is null. */
const isEnd = (code: number | null): boolean => code !== null && code < -2;
const isSpace = (code: number | null): boolean =>
  code !== null && (code < 0 || /\s/u.test(String.fromCharCode(code)));
const isDigit = (code: number | null): boolean => code !== null && code >= 48 && code <= 57;

/**
 * A formula between single dollars, by Pandoc’s rule: the first stands before what is no space, the last behind what is no space and before
 * no digit, and one with a backslash is neither. `2 $ à 3 $`, `$PATH et $HOME` and `$20 et $30` are text.
 * @see https://pandoc.org/MANUAL.html#extension-tex_math_dollars
 */
export const inlineFormulas: Extension = { text: { [DOLLAR]: { name: 'mathText', tokenize, previous } } };

/** As the library has it for formulas between more dollars, which asserts the same. */
function previous(this: TokenizeContext, code: number | null): boolean {
  return code !== DOLLAR || this.events.at(-1)?.[1].type === 'characterEscape';
}

function tokenize(...[effects, ok, nok]: Parameters<Construct['tokenize']>): State {
  let sequence: Token;
  let isBehindSpace = false;
  const enter = (type: string) => effects.enter(type as 'data');
  const exit = (type: string) => effects.exit(type as 'data');

  const first: State = (code) => {
    exit('mathTextSequence');
    return code === null || code === DOLLAR || isSpace(code) ? nok(code) : between(code);
  };
  const between: State = (code) => {
    if (code === null) return nok(code);
    if (isEnd(code)) {
      isBehindSpace = true;
      effects.enter('lineEnding');
      effects.consume(code);
      effects.exit('lineEnding');
      return between;
    }
    if (code === DOLLAR) {
      if (isBehindSpace) return nok(code);
      sequence = enter('mathTextSequence');
      effects.consume(code);
      return last;
    }
    enter('mathTextData');
    return data(code);
  };
  const data: State = (code) => {
    if (code === null || code === DOLLAR || isEnd(code)) {
      exit('mathTextData');
      return between(code);
    }
    isBehindSpace = isSpace(code);
    effects.consume(code);
    return code === BACKSLASH ? escaped : data;
  };
  const escaped: State = (code) => {
    if (code !== DOLLAR && code !== BACKSLASH) return data(code);
    isBehindSpace = false;
    effects.consume(code);
    return data;
  };
  const last: State = (code) => {
    exit(sequence.type);
    exit('mathText');
    return isDigit(code) ? nok(code) : ok(code);
  };
  return (code) => {
    enter('mathText');
    enter('mathTextSequence');
    effects.consume(code);
    return first;
  };
}
