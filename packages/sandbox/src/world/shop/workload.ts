export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export interface WorkloadName {
  kind: WorkloadKind;
  name: string;
}
