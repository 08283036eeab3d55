import type { RestoredImage } from '@lastgood/domain/rollback/contracts/restore-image';
import type { ImageBackup, RegistryAnswer, RegistryImage } from '@lastgood/domain/workload/registry-image';
import type { Closable } from '../../vendor.ts';
import type { Registry } from '../registry.ts';
import { endpointOf } from './endpoint.ts';
import { type Look, lookAtManifest, type Place } from './look.ts';
import { lookAtParts, type Parts } from './parts.ts';
import { createRegistryClient, type RegistryClient } from './registry-client.ts';
import { restoring } from './restoring.ts';
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

  return {
    host: settings.host,
    readImage,
    restoreImage: restoring((step) => ({ to: at(step.repository), from: backupOf(step) })),
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
