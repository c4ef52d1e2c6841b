/** The part of temml that we use. Its own types stand where TypeScript does not look for them, and leave the tree open. */
declare module 'temml' {
  /** An element of a formula; a text, or elements without one around them. */
  export interface FormulaNode {
    type?: string;
    text?: string;
    attributes?: Record<string, string>;
    classes?: string[];
    style?: Record<string, string | number>;
    children?: FormulaNode[];
  }
  interface Options {
    displayMode: boolean;
    annotate: boolean;
    throwOnError: boolean;
    trust: boolean;
    maxExpand: number;
    maxSize: [number, number];
  }
  const temml: { __renderToMathMLTree(written: string, options: Options): FormulaNode };
  export default temml;
}
