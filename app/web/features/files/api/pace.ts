/** How far back the speed of an upload looks, in milliseconds: a train's tunnel is soon forgotten. */
const WINDOW_MILLISECONDS = 12_000;
/** Before this much of it is known, a speed says nothing, in milliseconds. */
const LEAST_MILLISECONDS = 1000;

/** How fast something is sent, of what was sent when. Moments are milliseconds of one clock. */
export class Pace {
  private readonly points: { at: number; bytes: number }[] = [];

  /** Notes that so many bytes are sent in all by that moment. */
  note(at: number, bytes: number): void {
    const last = this.points.at(-1);
    // What was sent before and is taken up again was not sent now.
    if (last && bytes < last.bytes) this.points.length = 0;
    this.points.push({ at, bytes });
    while (this.points.length > 2 && at - this.points[0]!.at > WINDOW_MILLISECONDS) this.points.shift();
  }

  forget(): void {
    this.points.length = 0;
  }

  /** In bytes per second; undefined while too little is known. */
  get bytesPerSecond(): number | undefined {
    const [first, last] = [this.points[0], this.points.at(-1)];
    if (!first || !last || last.at - first.at < LEAST_MILLISECONDS) return undefined;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}
