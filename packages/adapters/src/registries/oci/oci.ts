import type { Registries } from '@lastgood/domain/ports/registries';
import type { ImageSeen, RestoredImage } from '@lastgood/domain/rollback/contracts/restore-image';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { ImageBackup, RegistryAnswer, RegistryImage } from '@lastgood/domain/workload/registry-image';
import type { Closable } from '../../vendor.ts';
import type { Registry } from '../registry.ts';
import { copyImage } from './copy-image.ts';
import { endpointOf } from './endpoint.ts';
import { type Look, lookAtManifest, type Place } from './look.ts';
import { countParts, lookAtParts, type Parts } from './parts.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import type { OciSettings } from './settings.ts';

/** Where an image is looked for that the registry has lost. */
interface Backup {
  name: string;
  client: RegistryClient;
  repositoryOf(repository: string): string;
}

/** A plan waits for all that is asked of a registry no longer than this many of its time limits. */
const planningLimits = 4;

/**
 * A registry that speaks the OCI distribution API, and its backups. `now` is epoch milliseconds. Throws when the settings
 * cannot work; never for an outside fault. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 */
export function createOci(settings: OciSettings, now: () => number = Date.now): Closable<Registry> {
  const { timeoutMs = 3_000 } = settings;
  const primary = createRegistryClient(endpointOf(settings), timeoutMs, now);
  const backups = (settings.backups ?? []).map(
    (backup): Backup => ({
      name: backup.name,
      client: createRegistryClient(endpointOf(backup), timeoutMs, now),
      repositoryOf: (repository) =>
        (backup.repository ?? '{repository}').replaceAll('{repository}', repository),
    }),
  );
  const at = (repository: string): Place => ({ client: primary, repository, now });
  const inBackup = ({ client, repositoryOf }: Backup, repository: string): Place => ({
    ...{ client, repository: repositoryOf(repository), now },
  });
  const backupOf = ({ backup: name, repository }: RestoredImage) => {
    const found = backups.find((one) => one.name === name);
    return found ? inBackup(found, repository) : null;
  };

  async function readImage(
    { repository, digest }: RegistryImage,
    signal: AbortSignal,
  ): Promise<RegistryAnswer> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs * planningLimits)]);
    const look = await lookAtManifest(at(repository), { digest }, within);
    if (look.kind === 'failed') return { kind: 'unknown', reason: look.trouble.reason };
    if (look.kind === 'there') return { kind: 'there', manifestBytes: look.bytes };
    const looks = await Promise.all(
      backups.map(async (one) => ({
        name: one.name,
        look: await lookAtParts(inBackup(one, repository), null, digest, within),
      })),
    );
    return { kind: 'gone', ...firstThatHasIt(looks) };
  }

  const restoreImage: Registries['restoreImage'] = {
    async observe(step, _operation, signal) {
      const backup = backupOf(step);
      if (!backup) return noSuchBackup(step);
      const [tag, look] = await Promise.all([
        lookAtManifest(at(step.repository), { tag: step.tag }, signal),
        lookAtParts(at(step.repository), backup, step.digest, signal),
      ]);
      return seen(tag, look);
    },
    async apply(step, _seen, _operation, signal) {
      const backup = backupOf(step);
      if (!backup) return { kind: 'refused', reason: noSuchBackup(step).reason };
      const to = at(step.repository);
      const look = await lookAtParts(to, backup, step.digest, signal);
      if (look.kind === 'failed') return look.trouble;
      if (look.kind === 'gone')
        return { kind: 'refused', reason: `${step.backup} does not have all of it any more` };
      const copied = await copyImage(backup, to, { parts: look.parts, tag: step.tag }, signal);
      if (copied.kind === 'trouble') return copied.trouble;
      const { total } = countParts(look.parts);
      return {
        kind: 'applied',
        note:
          copied.kind === 'part' ? copied.note : `copied from ${step.backup}, ${total} parts, as ${step.tag}`,
      };
    },
  };

  return {
    host: settings.host,
    readImage,
    restoreImage,
    async close() {
      await Promise.all([primary, ...backups.map(({ client }) => client)].map((client) => client.close()));
    },
  };
}

function firstThatHasIt(looks: readonly { name: string; look: Look<{ parts: Parts }> }[]): {
  backup: ImageBackup | null;
  backupNotes: string[];
} {
  const backupNotes: string[] = [];
  for (const { name, look } of looks) {
    if (look.kind === 'there') return { backup: { name, bytes: look.parts.bytes }, backupNotes };
    backupNotes.push(
      look.kind === 'gone'
        ? `Its backup ${name} does not have it, or not all of it.`
        : `Its backup ${name} could not be asked: ${look.trouble.reason}.`,
    );
  }
  return { backup: null, backupNotes };
}

function noSuchBackup({ backup, registry }: RestoredImage): { kind: 'not-found'; reason: string } {
  return { kind: 'not-found', reason: `${registry} has no backup named ${backup} in its settings` };
}

function seen(tag: Look<{ digest: string }>, look: Look<{ parts: Parts }>): Observed<ImageSeen> {
  const failed = [tag, look].find((one) => one.kind === 'failed');
  // What will say the same again is for a person; what may pass is waited for.
  if (failed?.kind === 'failed') {
    const { kind, reason } = failed.trouble;
    return { kind: kind === 'refused' ? 'not-found' : 'unreachable', reason };
  }
  const tagged = tag.kind === 'there' ? tag.digest : null;
  if (look.kind !== 'there')
    return { kind: 'seen', seen: { parts: { there: 0, total: null }, tagged, backupHasIt: false } };
  const parts = countParts(look.parts);
  const backupHasIt = parts.there < parts.total ? true : null;
  return { kind: 'seen', seen: { parts, tagged, backupHasIt } };
}
