/** What runs containers. The kubelet asks it to run a pod and is told how the pod does. */
export interface PodRuntime {
  run(pod: PodSpecToRun, report: (report: ContainerReport) => void): RunningPod;
  /** Ends everything when the sandbox closes; when left out, every pod is stopped one by one. */
  close?(): Promise<void>;
}

export interface PodSpecToRun {
  uid: string;
  namespace: string;
  name: string;
  labels: Record<string, string>;
  /** The workload at the top: the Deployment of a pod's ReplicaSet, else the direct owner. */
  ownerName?: string;
  node: string;
  ip: string;
  containers: ContainerToRun[];
  /** How often the kubelet has started this pod's containers again. */
  restartCount: number;
}

export interface ContainerToRun {
  name: string;
  /** As the pod says it, perhaps pinned by digest. */
  image: string;
  /** The same image by tag, also when the pod pins it by digest: `registry.example/web:v1`. */
  taggedImage: string;
  /** `sha256:` and 64 hexadecimal digits. */
  digest: string;
  env: Record<string, string>;
}

/** How the pod does as a whole; all its containers are shown alike. */
export type ContainerReport =
  | { state: 'waiting'; reason: string; message?: string }
  | { state: 'running'; ready: boolean }
  | { state: 'terminated'; exitCode: number; reason?: string };

export interface RunningPod {
  /** Ends the containers; resolves when they have ended. Called once, also after a `terminated` report. */
  stop(): Promise<void>;
}
