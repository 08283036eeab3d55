/** What the node's runtime is told about a pod. */
export interface PodSpecToRun {
  uid: string;
  namespace: string;
  name: string;
  labels: Record<string, string>;
  ownerName?: string;
  node: string;
  ip: string;
  containers: { name: string; image: string; env: Record<string, string> }[];
}

/** How the pod's process is. After `terminated`, whoever ran the pod stops it and may run it again: that is a restart. */
export type ContainerReport =
  | { state: 'waiting'; reason: string; message?: string }
  | { state: 'running'; ready: boolean }
  | { state: 'terminated'; exitCode: number; reason?: string };

export interface RunningPod {
  /** Ends the process; what it was answering gets a moment to finish. Nothing is reported any more. */
  stop(): Promise<void>;
}

/** Runs pods. Reports come later, never from within `run`. */
export interface PodRuntime {
  run(pod: PodSpecToRun, report: (report: ContainerReport) => void): RunningPod;
}
