import type { PodTemplate, WorkloadTarget } from '@lastgood/domain/workload/workload';

/**
 * The command with which a person sets the template without Lastgood. It replaces the template whole, as Lastgood's own write
 * does, and asks the cluster for nothing that it may have thrown away: `kubectl rollout undo` needs the old ReplicaSet.
 * https://kubernetes.io/docs/reference/kubectl/generated/kubectl_patch/
 */
export function byHand({ kind, namespace, name }: WorkloadTarget, template: PodTemplate): string {
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/template', value: template }]);
  return `kubectl -n ${namespace} patch ${kind.toLowerCase()} ${name} --type=json -p ${quoted(patch)}`;
}

/**
 * One word for a POSIX shell, whatever is in it.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
