import type { FormulaNode } from 'temml';

/** What the library writes as style of one element, and we as classes: `web/markdown/formulas.css` has a rule for each. */
interface Looks {
  classes: string[];
  /** MathML’s own attributes for the colours, of which there is no end. */
  attributes: Record<string, string>;
}

/** Distances in em that cells keep from each other; what is between them is drawn as the nearest. */
const DISTANCES: [em: number, name: string][] = [
  [0, '0'],
  [0.2, 'small'],
  [0.5, 'half'],
  [1, 'one'],
  [2, 'two'],
];
/** Letters are drawn with that many points an em. @see temml, src/environments/array.js: 5.9776 pt is half an em */
const POINTS = 11.955;

const COLOUR = /^#[0-9a-f]{3,8}$|^[a-z]+$/i;
const BORDERS = { solid: 'line', double: 'double', dashed: 'dashed' } as const;
/** Declarations that stand as they are in few constructs. */
const AS_THEY_ARE: Record<string, string> = {
  'mathDepth:0': 'formula-depth-0',
  'math-depth:0': 'formula-depth-0',
  'mathDepth:2': 'formula-depth-2',
  'border:1px solid': 'formula-box',
  'textAlign:left': 'tml-left',
  'width:100%': 'formula-whole',
  'width:50%': 'formula-half',
  'fontWeight:bold': 'formula-bold',
  'font-style:italic': 'formula-italic',
  'position:relative': 'formula-place',
  'position:absolute': 'formula-placed',
  'transform:scaleX(-1)': 'formula-mirrored',
  'display:flex': 'formula-middle',
};

/** How an element of a formula looks, without a style of its own. */
export function looksOf({ classes = [], style = {} }: FormulaNode): Looks {
  const looks: Looks = { classes: classes.filter(Boolean), attributes: {} };
  for (const [name, value] of Object.entries(style)) {
    const written = String(value).trim();
    const side = /^(?:padding|border)(Left|Right|Top|Bottom)$/.exec(name)?.[1]?.toLowerCase();
    if (name === 'color' && COLOUR.test(written)) looks.attributes.mathcolor = written;
    else if (name === 'backgroundColor' && COLOUR.test(written)) looks.attributes.mathbackground = written;
    else if (side && name.startsWith('padding')) looks.classes.push(`formula-${side}-${distance(written)}`);
    else if (side) {
      const kind = Object.entries(BORDERS).find(([word]) => written.includes(word))?.[1];
      if (kind) looks.classes.push(`formula-${side}-${kind}`);
    } else if (name === 'border' && written.includes('solid')) {
      looks.classes.push('formula-box');
      const colour = written.split(' ').at(-1)!;
      if (colour.startsWith('#') && COLOUR.test(colour)) looks.attributes.mathcolor = colour;
    } else {
      const known = AS_THEY_ARE[`${name}:${written}`];
      if (known) looks.classes.push(known);
    }
  }
  return looks;
}

/** The name of the distance that is nearest to a length in em, pt or ex. */
function distance(length: string): string {
  const [, number = '0', unit = 'em'] = /^(-?[\d.]+)(em|pt|ex)?$/.exec(length) ?? [];
  const em = Number(number) / (unit === 'pt' ? POINTS : unit === 'ex' ? 2 : 1);
  return DISTANCES.reduce((best, each) => (Math.abs(each[0] - em) < Math.abs(best[0] - em) ? each : best))[1];
}
