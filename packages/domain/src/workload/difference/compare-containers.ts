import { containerLists } from '../template-images.ts';
import { compareLeaves, differing, type Told } from './compare-values.ts';
import type { Aspect, Difference } from './difference.ts';
import { argumentsInWords, isHidden } from './hidden-value.ts';
import { asText, byName, type Members, membersOf, type Part } from './members.ts';

/** In what the containers of two pod specifications differ, init containers too. */
export function compareContainers(prefix: string, before: Members, after: Members): Difference[] {
  return containerLists.flatMap((list) => {
    const noun = list === 'containers' ? 'container' : 'init container';
    const [ours, theirs] = [byName(before[list], 'name'), byName(after[list], 'name')];
    return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) =>
      compareContainer(`${prefix}${noun} ${name}`, ours.get(name), theirs.get(name)),
    );
  });
}

const plain = (text: Part): Told | undefined =>
  text === undefined || text === null ? undefined : { text: asText(text), hidden: false };

function compareContainer(path: string, before?: Members, after?: Members): Difference[] {
  // One that comes or goes is said once, by its image.
  if (!before || !after) return differing('image', path, plain(before?.image), plain(after?.image), false);
  const rest = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !judged.has(key),
  );
  return [
    ...differing('image', path, plain(before.image), plain(after.image), before.image === after.image),
    ...compareEnv(path, before.env, after.env),
    ...compareList('env', `${path} envFrom`, before.envFrom, after.envFrom, envFromInWords),
    ...compareLeaves('resources', `${path} resources`, before.resources, after.resources),
    ...probes.flatMap((key) => compareLeaves('probe', `${path} ${key}`, before[key], after[key])),
    ...commands.flatMap((key) => compareArguments(`${path} ${key}`, before[key], after[key])),
    ...compareMounts(path, before.volumeMounts, after.volumeMounts),
    ...rest.flatMap((key) => compareLeaves('other', `${path} ${key}`, before[key], after[key])),
  ];
}

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'];
const commands = ['command', 'args'];
const judged = new Set([
  ...['name', 'image', 'env', 'envFrom', 'resources', 'volumeMounts'],
  ...probes,
  ...commands,
]);

function compareEnv(path: string, before: Part, after: Part): Difference[] {
  const [ours, theirs] = [byName(before, 'name'), byName(after, 'name')];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) => {
    const [old, now] = [ours.get(name), theirs.get(name)];
    const told = (entry: Members | undefined) => entry && envInWords(name, entry);
    return differing('env', `${path} env ${name}`, told(old), told(now), asText(old) === asText(now));
  });
}

/** A value, or where it is read from: the names of a Secret and its key, never what it holds. */
function envInWords(name: string, { value, valueFrom }: Members): Told {
  const from = membersOf(valueFrom);
  const secret = membersOf(from.secretKeyRef);
  const config = membersOf(from.configMapKeyRef);
  const shown = (text: string) => ({ text, hidden: false });
  if (from.secretKeyRef) return shown(`from Secret ${asText(secret.name)}, key ${asText(secret.key)}`);
  if (from.configMapKeyRef) return shown(`from ConfigMap ${asText(config.name)}, key ${asText(config.key)}`);
  if (valueFrom !== undefined) return shown(`from ${asText(valueFrom)}`);
  const text = asText(value ?? '');
  return { text, hidden: isHidden(name, text) };
}

function envFromInWords(entry: Members): string {
  const source = entry.secretRef
    ? `Secret ${asText(membersOf(entry.secretRef).name)}`
    : entry.configMapRef
      ? `ConfigMap ${asText(membersOf(entry.configMapRef).name)}`
      : asText(entry);
  return entry.prefix ? `${source} as ${asText(entry.prefix)}*` : source;
}

/** A list without names, as a whole. */
function compareList(
  aspect: Aspect,
  path: string,
  before: Part,
  after: Part,
  inWords: (element: Members) => string,
): Difference[] {
  const told = (list: Part): Told | undefined =>
    Array.isArray(list) && list.length > 0
      ? { text: list.map((element) => inWords(membersOf(element))).join(', '), hidden: false }
      : undefined;
  const [ours, theirs] = [told(before), told(after)];
  return differing(aspect, path, ours, theirs, ours?.text === theirs?.text);
}

function compareArguments(path: string, before: Part, after: Part): Difference[] {
  const told = (list: Part) => (Array.isArray(list) ? argumentsInWords(list) : undefined);
  const [ours, theirs] = [told(before), told(after)];
  if (asText(before ?? null) === asText(after ?? null)) return [];
  // What is hidden is left out word by word, so the rest can be shown.
  const [old, now] = [ours?.text ?? null, theirs?.text ?? null];
  return differing('command', path, ours, theirs, false).map((one) => ({ ...one, before: old, after: now }));
}

function compareMounts(path: string, before: Part, after: Part): Difference[] {
  const [ours, theirs] = [byName(before, 'mountPath'), byName(after, 'mountPath')];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((at) => {
    const [old, now] = [ours.get(at), theirs.get(at)];
    const told = (mount: Members | undefined): Told | undefined =>
      mount && { text: mountInWords(mount), hidden: false };
    return differing('volume', `${path} mount ${at}`, told(old), told(now), asText(old) === asText(now));
  });
}

function mountInWords({ name, mountPath: _at, ...rest }: Members): string {
  const more = Object.entries(rest).map(([key, part]) => `${key} ${asText(part)}`);
  return [`volume ${asText(name)}`, ...more].join(', ');
}
