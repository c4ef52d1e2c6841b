import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decode, ExtData, encode } from '@msgpack/msgpack';
import type {
  AttributeSchema,
  BlockSchema,
  ProviderSchema,
} from '#constructs/openstack/provider/generate.ts';

/**
 * A provider that has the schema of a real one and no cloud behind it: what it is asked to make it remembers as asked, and it
 * invents what a cloud would say itself. So OpenTofu judges a stack by its own core – every type, reference, order and life
 * cycle – without the provider's program. What only that program knows, which values a cloud takes and how it gives them back,
 * it does not judge.
 */
export interface StandIn {
  /** What OpenTofu must have in its environment to use it. */
  env: Record<string, string>;
  stop(): void;
}

/** @param folder where its socket may lie */
export async function standIn(schema: ProviderSchema, folder: string): Promise<StandIn> {
  const socket = join(folder, 'provider.sock');
  const definition = loadSync(join(import.meta.dirname, 'tfplugin5.proto'), { keepCase: true });
  const loaded = loadPackageDefinition(definition) as unknown as {
    tfplugin5: { Provider: { service: Parameters<Server['addService']>[0] } };
  };
  const server = new Server();
  server.addService(loaded.tfplugin5.Provider.service, handlers(schema));
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
  const reattach = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: 'unix', String: socket },
  };
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [schema.source]: reattach }) },
    stop() {
      server.forceShutdown();
      rmSync(socket, { force: true });
    },
  };
}

interface Value {
  msgpack?: Uint8Array;
  json?: Uint8Array;
}
type Data = Record<string, unknown>;
/** What the protocol asks, in one shape: each question has some of it. */
interface Request {
  type_name: string;
  config: Value;
  value: Value;
  raw_state: Value;
  prior_state: Value;
  next_state: Value;
}

function handlers({ provider, resources, data }: ProviderSchema): Record<string, UntypedHandleCall> {
  const prefixed = (blocks: Record<string, BlockSchema>) =>
    Object.fromEntries(Object.entries(blocks).map(([name, block]) => [`openstack_${name}`, wire(block)]));
  const block = (all: Record<string, BlockSchema>, type: string) => all[type.replace(/^openstack_/, '')]!;
  let made = 0;
  const answers: Record<string, (request: Request) => object> = {
    GetSchema: () => ({
      provider: wire(provider),
      resource_schemas: prefixed(resources),
      data_source_schemas: prefixed(data),
    }),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    ValidateResourceTypeConfig: () => ({}),
    ValidateDataSourceConfig: () => ({}),
    UpgradeResourceState: ({ raw_state }) => ({ state: raw_state }),
    Configure: () => ({}),
    ReadResource: ({ value }) => ({ state: value }),
    PlanResourceChange: ({ type_name, prior_state, next_state }) => {
      const next = read(next_state);
      if (next && !read(prior_state)) leaveOpen(next, block(resources, type_name));
      return { planned_state: written(next), legacy_type_system: true };
    },
    ApplyResourceChange: ({ type_name, next_state }) => {
      const next = read(next_state);
      made += 1;
      if (next) invent(next, block(resources, type_name), `${type_name}-${made}`);
      return { new_state: written(next), legacy_type_system: true };
    },
    ReadDataSource: ({ type_name, value }) => {
      const found = read(value)!;
      leaveOpen(found, block(data, type_name));
      invent(found, block(data, type_name), `${type_name}-${found.name}`);
      return { state: written(found) };
    },
    Stop: () => ({}),
  };
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]): [string, UntypedHandleCall] => [
      name,
      ({ request }: ServerUnaryCall<Request, object>, reply: sendUnaryData<object>) => {
        try {
          reply(null, answer(request));
        } catch (error) {
          reply(error as Error);
        }
      },
    ]),
  );
}
const NESTING = { single: 1, list: 2, set: 3, map: 4 };

/** A schema as the protocol has it; types are JSON there, too. */
function wire(schema: BlockSchema): object {
  const block = ({ attributes = {}, block_types = {} }: BlockSchema): object => ({
    attributes: Object.entries(attributes).map(([name, { type, ...flags }]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      ...flags,
    })),
    block_types: Object.entries(block_types).map(([name, { nesting_mode, block: inner, ...items }]) => ({
      type_name: name,
      nesting: NESTING[nesting_mode],
      block: block(inner),
      ...items,
    })),
  });
  return { version: 0, block: block(schema) };
}

const read = ({ msgpack }: Value): Data | null => decode(msgpack!) as Data | null;
const written = (data: Data | null): Value => ({ msgpack: encode(data) });

/** A value that is known only when it is there. */
const OPEN = new ExtData(0, new Uint8Array([0]));
const isOpen = (value: unknown): boolean => value instanceof ExtData;

function leaveOpen(state: Data, { attributes = {} }: BlockSchema): void {
  for (const [key, { computed }] of Object.entries(attributes))
    if (computed && state[key] === null) state[key] = OPEN;
}

function invent(state: Data, { attributes = {}, block_types = {} }: BlockSchema, id: string): void {
  for (const [key, attribute] of Object.entries(attributes))
    if (isOpen(state[key])) state[key] = invented(attribute, key === 'id' ? id : `${key} of ${id}`);
  for (const [key, { block }] of Object.entries(block_types)) {
    const inner = state[key];
    const all = Array.isArray(inner) ? inner : inner ? [inner] : [];
    for (const each of all) invent(each as Data, block, `${key} of ${id}`);
  }
}
function invented({ type }: AttributeSchema, text: string): unknown {
  if (type === 'string') return text;
  if (type === 'number') return 0;
  if (type === 'bool') return false;
  return type[0] === 'map' || type[0] === 'object' ? {} : [];
}
