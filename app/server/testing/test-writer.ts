import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { MESSAGE, SHARED } from '#shared/schemas/together.ts';

/** A client that writes with others, as a page does; for tests. */
export class TestWriter {
  readonly doc = new Y.Doc();
  readonly awareness = new awarenessProtocol.Awareness(this.doc);
  readonly socket: WebSocket;
  /** Changes that were sent, and those that the server said are safe. */
  sent = 0;
  saved = 0;
  closed: number | undefined;
  refused: number | undefined;
  private synced = false;

  constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url.replace('http', 'ws'), { headers });
    this.socket.binaryType = 'nodebuffer';
    this.socket.on('open', () => {
      this.write(MESSAGE.sync, (encoder) => syncProtocol.writeSyncStep1(encoder, this.doc));
    });
    this.socket.on('message', (data: Buffer) => this.read(new Uint8Array(data)));
    this.socket.on('close', (code) => {
      this.closed = code;
    });
    this.socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode;
      this.socket.terminate();
    });
    this.socket.on('error', () => {});
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      this.sent += 1;
      this.write(MESSAGE.sync, (encoder) => syncProtocol.writeUpdate(encoder, update));
    });
    this.awareness.on('update', (_: unknown, origin: unknown) => {
      if (origin === this) return;
      const update = awarenessProtocol.encodeAwarenessUpdate(this.awareness, [this.doc.clientID]);
      this.write(MESSAGE.awareness, (encoder) => encoding.writeVarUint8Array(encoder, update));
    });
  }

  private write(kind: number, fill: (encoder: encoding.Encoder) => void): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, kind);
    fill(encoder);
    this.socket.send(encoding.toUint8Array(encoder));
  }

  private read(message: Uint8Array): void {
    const decoder = decoding.createDecoder(message);
    const kind = decoding.readVarUint(decoder);
    if (kind === MESSAGE.saved) this.saved = decoding.readVarUint(decoder);
    else if (kind === MESSAGE.awareness)
      awarenessProtocol.applyAwarenessUpdate(this.awareness, decoding.readVarUint8Array(decoder), this);
    else {
      const answer = encoding.createEncoder();
      encoding.writeVarUint(answer, MESSAGE.sync);
      const step = syncProtocol.readSyncMessage(decoder, answer, this.doc, this);
      if (step === syncProtocol.messageYjsSyncStep1) {
        this.sent += 1;
        this.socket.send(encoding.toUint8Array(answer));
      }
      if (step === syncProtocol.messageYjsSyncStep2) this.synced = true;
    }
  }

  get ready(): boolean {
    return this.synced && this.sent === this.saved;
  }
  get sections(): Y.Array<Y.Map<unknown>> {
    return this.doc.getArray(SHARED.sections);
  }
  body(section = 0): Y.Text {
    return this.sections.get(section).get(SHARED.body) as Y.Text;
  }
  get names(): string[] {
    return [...this.awareness.getStates().values()].flatMap((state) => state.person?.name ?? []).sort();
  }
  leave(): void {
    this.socket.close();
    this.awareness.destroy();
    this.doc.destroy();
  }
}
