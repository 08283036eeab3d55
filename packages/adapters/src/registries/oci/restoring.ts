import type { Registries } from '@lastgood/domain/ports/registries';
import type { ImageSeen, RestoredImage } from '@lastgood/domain/rollback/contracts/restore-image';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { Trouble } from './answers.ts';
import { copyImage } from './copy-image.ts';
import { type Look, lookAtManifest, type Place } from './look.ts';
import { countParts, lookAtParts, type Parts } from './parts.ts';

/** Where an image goes, and where it comes from; null where the settings name no such backup. */
type Places = (step: RestoredImage) => { to: Place; from: Place | null };

/** Looks at both registries afresh each time; what is there already is never sent again. */
export function restoring(placesOf: Places): Registries['restoreImage'] {
  return {
    async observe(step, _operation, signal) {
      const { to, from } = placesOf(step);
      if (!from) return noSuchBackup(step);
      const [tag, look] = await Promise.all([
        lookAtManifest(to, { tag: step.tag }, signal),
        lookAtParts(to, from, step.digest, signal),
      ]);
      return seen(tag, look);
    },
    async apply(step, _seen, _operation, signal) {
      const { to, from } = placesOf(step);
      if (!from) return { kind: 'refused', reason: noSuchBackup(step).reason };
      const look = await lookAtParts(to, from, step.digest, signal);
      if (look.kind === 'failed') return look.trouble;
      if (look.kind === 'gone')
        return { kind: 'refused', reason: `${step.backup} does not have all of it any more` };
      const copied = await copyImage(from, to, { parts: look.parts, tag: step.tag }, signal);
      if (copied.kind === 'trouble') return copied.trouble;
      if (copied.kind === 'part') return { kind: 'applied', note: copied.note };
      const { total } = countParts(look.parts);
      return { kind: 'applied', note: `copied from ${step.backup}, ${total} parts, as ${step.tag}` };
    },
  };
}

function noSuchBackup({ backup, registry }: RestoredImage): { kind: 'not-found'; reason: string } {
  return { kind: 'not-found', reason: `${registry} has no backup named ${backup} in its settings` };
}

function seen(tag: Look<{ digest: string }>, look: Look<{ parts: Parts }>): Observed<ImageSeen> {
  const failed = [tag, look].find((one) => one.kind === 'failed');
  if (failed?.kind === 'failed') return notSeen(failed.trouble);
  const tagged = tag.kind === 'there' ? tag.digest : null;
  if (look.kind !== 'there')
    return { kind: 'seen', seen: { parts: { there: 0, total: null }, tagged, backupHasIt: false } };
  const parts = countParts(look.parts);
  const backupHasIt = parts.there < parts.total ? true : null;
  return { kind: 'seen', seen: { parts, tagged, backupHasIt } };
}

/** What will say the same again is for a person; what may pass is waited for. */
function notSeen(trouble: Trouble): Observed<ImageSeen> {
  if (trouble.kind === 'retry') return { kind: 'unreachable', reason: trouble.reason };
  const { reason, advice } = trouble;
  return { kind: 'not-found', reason: advice === undefined ? reason : `${reason}. ${advice}` };
}
