import { encode } from 'uqr';

/** Empty squares around it, as every reader wants. @see https://www.qrcode.com/en/howto/code.html */
const QUIET_SQUARES = 4;

/** A text to photograph. Black on white in both themes: readers take the reverse for none. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: QUIET_SQUARES });
  const squares = data
    .flatMap((row, y) => row.flatMap((isBlack, x) => (isBlack ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return (
    <svg className="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={squares} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
