import { createHash } from 'node:crypto';
import type {
  ConfigSeen,
  ConfigurationKeep,
  ConfigurationRef,
  ConfigurationState,
  Configurations,
  FoundConfiguration,
  HeldConfiguration,
  Owner,
} from '@lastgood/domain';
import { type ReceiverState, receive, unreachableNow } from './receivers.ts';

/** A ConfigMap or a Secret of the in-memory cluster. */
export interface KeptConfiguration {
  uid: string;
  version: number;
  /** Null: it is not there. */
  held: Record<string, string> | null;
  immutable?: true;
  owner?: Owner;
  usedBy?: string[];
  /** Why it cannot be read. */
  unread?: string;
}

export interface ConfigurationStates {
  /** By `Kind/name`. */
  configurations: Record<string, KeptConfiguration>;
  /** Sealed contents by their digests. */
  keptContents: Record<string, string>;
}

export const fakeConfigurationKey = ({ kind, name }: ConfigurationRef) => `${kind}/${name}`;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** What the in-memory cluster tells of contents. */
export function fakeHeld(held: Record<string, string>): HeldConfiguration {
  return {
    kind: 'there',
    digest: `hmac-sha256:fake:${hashOf(JSON.stringify(Object.entries(held).sort()))}`,
    keys: Object.fromEntries(Object.entries(held).map(([key, value]) => [key, hashOf(value).slice(0, 16)])),
  };
}

/** Sealed with nothing: whoever reads it as text does not find a value in it, and that is all. */
export function fakeSealed(held: Record<string, string>): string {
  return Buffer.from(JSON.stringify(held)).toString('base64');
}

function stateOf({ held, unread, immutable }: KeptConfiguration): ConfigurationState {
  if (unread !== undefined) return { kind: 'unread', reason: unread };
  if (held === null) return { kind: 'absent' };
  return { ...fakeHeld(held), ...(immutable ? { immutable } : {}) };
}

function seenOf(one: KeptConfiguration): ConfigSeen {
  const { uid, version, held } = one;
  const isThere = held !== null;
  return {
    uid: isThere ? uid : null,
    resourceVersion: isThere ? String(version) : null,
    state: stateOf(one),
    beingDeleted: false,
    ...(isThere ? { sealed: fakeSealed(held) } : {}),
  };
}

const nothing: KeptConfiguration = { uid: '', version: 0, held: null };

export function createInMemoryConfigurations(
  receivers: ReceiverState,
  state: ConfigurationStates,
): Configurations {
  return {
    async readConfiguration({ objects }) {
      const lost = unreachableNow(receivers);
      if (lost) return lost;
      const found = objects.map((object): FoundConfiguration => {
        const one = state.configurations[fakeConfigurationKey(object)] ?? nothing;
        const { owner = { kind: 'nobody' }, usedBy = [] } = one;
        return structuredClone({ ...object, seen: seenOf(one), owner, usedBy });
      });
      return { kind: 'seen', seen: found };
    },
    setConfig: receive(receivers, 'set-config', {
      find: ({ object }) => state.configurations[fakeConfigurationKey(object)],
      seen: seenOf,
      isThere: (one, { to }) => digestOf(one) === to.digest,
      fence: (one, { from }) =>
        one.held === null || digestOf(one) === from?.digest ? null : '409: the object has been modified',
      write(one, { to }) {
        const kept = state.keptContents[to.digest];
        one.held = kept === undefined ? {} : JSON.parse(Buffer.from(kept, 'base64').toString());
        one.version += 1;
      },
    }),
  };
}

function digestOf({ held }: KeptConfiguration): string | null {
  return held && fakeHeld(held).digest;
}

export function createInMemoryKeep(state: ConfigurationStates): ConfigurationKeep {
  return {
    async keep(contents) {
      for (const { digest, sealed } of contents) state.keptContents[digest] ??= sealed;
    },
    load: async (digest) => state.keptContents[digest] ?? null,
  };
}
