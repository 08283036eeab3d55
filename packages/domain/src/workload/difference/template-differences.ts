import type { PodTemplate } from '../workload.ts';
import { compareContainers } from './compare-containers.ts';
import { compareLeaves, differing, hasHiddenMember, type Told } from './compare-values.ts';
import type { Difference } from './difference.ts';
import { asText, byName, type Members, membersOf, type Part } from './members.ts';

/**
 * In what two pod templates differ, folded to what matters. Values that may be secret are hidden (`isHidden`); those of
 * Secrets never stand in a template. How many pods there are is no part of a template.
 *
 * @param prefix what stands before every path, such as "Deployment web, "
 */
export function templateDifferences(before: PodTemplate, after: PodTemplate, prefix = ''): Difference[] {
  const [ours, theirs] = [membersOf(before.spec), membersOf(after.spec)];
  const rest = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter((key) => !judged.has(key));
  return [
    ...compareContainers(prefix, ours, theirs),
    ...compareVolumes(prefix, ours.volumes, theirs.volumes),
    ...rest.flatMap((key) => compareLeaves('other', `${prefix}${key}`, ours[key], theirs[key])),
    ...compareMetadata(prefix, membersOf(before.metadata), membersOf(after.metadata)),
  ];
}

const judged = new Set(['containers', 'initContainers', 'volumes']);

function compareVolumes(prefix: string, before: Part, after: Part): Difference[] {
  const [ours, theirs] = [byName(before, 'name'), byName(after, 'name')];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((name) => {
    const [old, now] = [ours.get(name), theirs.get(name)];
    const told = (volume: Members | undefined): Told | undefined =>
      volume && { text: volumeInWords(volume), hidden: isInline(volume) && hasHiddenMember(volume) };
    return differing('volume', `${prefix}volume ${name}`, told(old), told(now), asText(old) === asText(now));
  });
}

/** What refers to a Secret or a ConfigMap says names only; a driver is given anything. */
const isInline = ({ secret, configMap }: Members) => !secret && !configMap;

/** "ConfigMap web-config", "Secret web-tls", "emptyDir {}" */
function volumeInWords({ name: _name, ...source }: Members): string {
  const config = membersOf(source.configMap);
  const secret = membersOf(source.secret);
  if (source.configMap) return [`ConfigMap ${asText(config.name)}`, ...more(config, 'name')].join(', ');
  if (source.secret) return [`Secret ${asText(secret.secretName)}`, ...more(secret, 'secretName')].join(', ');
  return Object.entries(source)
    .map(([kind, part]) => `${kind} ${asText(part)}`)
    .join(', ');
}

/** What every volume has unless told otherwise says nothing. */
const usual: Members = { defaultMode: 420 };

function more(source: Members, named: string): string[] {
  return Object.entries(source)
    .filter(([key, part]) => key !== named && usual[key] !== part)
    .map(([key, part]) => `${key} ${asText(part)}`);
}

function compareMetadata(prefix: string, before: Members, after: Members): Difference[] {
  return ['labels', 'annotations'].flatMap((list) => {
    const [ours, theirs] = [membersOf(before[list]), membersOf(after[list])];
    const noun = list === 'labels' ? 'label' : 'annotation';
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter((key) => !made.has(key));
    return keys.flatMap((key) => compareLeaves('other', `${prefix}${noun} ${key}`, ours[key], theirs[key]));
  });
}

/** Written by the cluster itself, for every template its own. */
const made = new Set(['pod-template-hash', 'controller-revision-hash', 'pod-template-generation']);
