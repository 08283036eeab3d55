import type { Deployment, OtherChange } from '../deployment/deployment.ts';
import type { ReleaseElsewhere } from '../deployment/release-elsewhere.ts';
import { releaseName } from '../deployment/release-words.ts';
import type { StoodState } from '../deployment/stood.ts';
import { listedInWords } from './listed-in-words.ts';
import type { Fact } from './need.ts';
import type { Refusal } from './refusal.ts';
import type { LookedAt } from './what-stands.ts';

type Look = Pick<LookedAt, 'name' | 'place' | 'sight'>;
type States = Record<'before' | 'now', StoodState>;

/** "The schema of orders moved from 0017 to 0018 after v42 (release 3) was registered." */
export function movedWords(
  { place, sight }: Look,
  { before, after }: Pick<OtherChange, 'before' | 'after'>,
  deployment: Deployment,
): string {
  const [from, to] = [sight.inWords(before), sight.inWords(after)];
  return `${sentence(place.subject)} moved from ${from} to ${to} after ${begun(deployment)}.`;
}

/** What a tick beside it would do. */
export function takeBackWords({ place, sight }: Look, before: unknown): string {
  return `Take ${place.subject} back to ${sight.inWords(before)}`;
}

/** Of what is not taken back: what that means, and how it would be. */
export function leftWords({ words, name }: { words: string; name: string }, deployment: Deployment): string {
  return `Changed since, and not registered with ${ofDeployment(deployment)}: ${words} It stays as it is unless you include ${name}.`;
}

/** "it changed since, and was not registered with v42": why it stays, within brackets. */
export function leftBecause(
  { elsewhere = [] }: { elsewhere?: readonly ReleaseElsewhere[] | undefined },
  deployment: Deployment,
): string {
  if (elsewhere.length > 0) return registeredBy(elsewhere);
  const { origin, version, release } = deployment;
  const it = origin === 'rollback' ? ofDeployment(deployment) : (version ?? `release ${release}`);
  return `it changed since, and was not registered with ${it}`;
}

/** What takes back another team's change says whose that is, wherever it is offered. @param elsewhere null: nobody can tell now */
export function namedElsewhere<T extends { words: string; act: string }>(
  moved: T,
  elsewhere: ReleaseElsewhere[] | null,
): T & { elsewhere?: ReleaseElsewhere[] } {
  if (elsewhere === null) {
    const unknown = 'whether another service registered a change of it is not known';
    return {
      ...moved,
      words: `${moved.words} ${sentence(unknown)}.`,
      act: `${moved.act}, though ${unknown}`,
    };
  }
  if (elsewhere.length === 0) return moved;
  const by = registeredBy(elsewhere);
  return { ...moved, words: `${moved.words} ${sentence(by)}.`, act: `${moved.act}, though ${by}`, elsewhere };
}

/** "service cart registered a change of it with v7 (release 3)" */
function registeredBy(elsewhere: readonly ReleaseElsewhere[]): string {
  const each = elsewhere.map((one) => {
    const name = one.service.slice(one.service.lastIndexOf('/') + 1);
    return `service ${name} registered a change of it with ${releaseName(one)}`;
  });
  return listedInWords(each);
}

function ofDeployment(deployment: Deployment): string {
  return deployment.origin === 'rollback' ? 'the release that was being taken back' : releaseName(deployment);
}

export function unknownWords({ place }: Look, { before, now }: States, deployment: Deployment): string {
  const when = before.kind === 'unknown' ? `when ${begun(deployment)}` : 'now';
  return `How ${place.subject} stands could not be read ${when}: ${reasonOf(before, now)}. So whether it changed is unknown; it stays as it is.`;
}

export function unknownRefusal(
  { place, name }: Look,
  { before, now, fact }: States & { fact: Fact },
  deployment: Deployment,
): Refusal {
  const reason = reasonOf(before, now);
  if (before.kind === 'unknown')
    return {
      code: 'before-unknown',
      reason: `${name} was to be taken back as well, and how ${place.subject} stood when ${begun(deployment)} is unknown: ${reason}.`,
      advice: `Roll back without including ${name}, and set it by hand to what it was.`,
    };
  return {
    code: fact.answer.kind === 'unreachable' ? 'source-unreachable' : 'state-unknown',
    reason: `${name} was to be taken back as well, and how ${place.subject} stands now could not be read: ${reason}.`,
    advice: `Roll back without including ${name}, or mend that first and roll back again.`,
  };
}

export function notMovedWords(
  { place, name }: Look,
  why: 'registered' | 'unmoved' | 'elsewhere',
  deployment: Deployment,
): string {
  const because = {
    registered: `what ${releaseName(deployment)} registered of it is taken back in any case`,
    unmoved: `${place.subject} stands as it did when ${begun(deployment)}`,
    elsewhere: `nothing of this service changed there since ${begun(deployment)}`,
  }[why];
  return `Including ${name} adds nothing: ${because}.`;
}

export function unheardWords(name: string, deployment: Deployment): string {
  return `Including ${name} adds nothing: nothing of that name was looked at when ${begun(deployment)}.`;
}

/** A rollback that stopped goes by what was kept of the release it takes back. */
function begun(deployment: Deployment): string {
  const { origin } = deployment;
  if (origin === 'rollback') return 'the release that was being taken back began';
  return `${releaseName(deployment)} was ${origin === 'detected' ? 'detected' : 'registered'}`;
}

function reasonOf(...states: StoodState[]): string {
  return states.flatMap((state) => (state.kind === 'unknown' ? [state.reason] : []))[0] ?? 'unknown';
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
