import { type AdmissionPolicy, createAdmission } from './admission.ts';
import { type ApiServer, startApiServer } from './api-server.ts';
import { type AcceptedWrite, createAuditLog } from './audit-log.ts';
import { createRealClock, createStoppableClock, type SandboxClock } from './clock.ts';
import { startAutoscalerController } from './controllers/autoscaler-controller.ts';
import type { ControllerParts } from './controllers/controller-parts.ts';
import { startDaemonSetController } from './controllers/daemon-set-controller.ts';
import { startDeploymentController } from './controllers/deployment-controller.ts';
import { startDisruptionController } from './controllers/disruption-controller.ts';
import { startEndpointSliceController } from './controllers/endpoint-slice-controller.ts';
import { createEventRecorder } from './controllers/event-recorder.ts';
import { startFlaggerController } from './controllers/flagger-controller.ts';
import { startGarbageCollector } from './controllers/garbage-collector.ts';
import { startReplicaSetController } from './controllers/replica-set-controller.ts';
import { startRolloutController } from './controllers/rollout-controller.ts';
import { startScheduler } from './controllers/scheduler.ts';
import { startStatefulSetController } from './controllers/stateful-set-controller.ts';
import { createFaults, type Faults } from './faults.ts';
import { freeAddresses } from './free-addresses.ts';
import { putInitialObjects } from './initial-objects.ts';
import { PODS, SERVICES } from './kinds/core-kinds.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { createImageNameRuntime, type ImageNameRuntime } from './kubelet/image-name-runtime.ts';
import { createImageRegistry, type ImageRegistry, type ImageRegistryDump } from './kubelet/image-registry.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import type { PodRuntime } from './kubelet/pod-runtime.ts';
import { createObjectWrites } from './object-writes.ts';
import { type KubeObject, type Pod, type Service, wireTime } from './objects.ts';
import { createRights, type Rights } from './rights.ts';
import type { ApiAnswer, ApiRequest } from './routes/request.ts';
import { createSeededNames } from './seeded-names.ts';
import { createStorage, type StorageDump } from './storage.ts';

export interface KubernetesSandboxOptions {
  /** 0, the default, takes any free port of the loopback address. */
  port?: number;
  clock?: SandboxClock;
  /** What runs the pods; the image-name runtime when left out. */
  runtime?: PodRuntime;
  /** All names, uids and addresses come from it. */
  seed?: number;
  /** How many nodes, 2 when left out. */
  nodes?: number;
  /** What `snapshot()` returned earlier: the cluster goes on from there, its pods are run again. */
  snapshot?: string | undefined;
  /** Namespaces that exist from the start, besides `default`. */
  namespaces?: string[];
  /** When given, requests without this bearer token are refused; otherwise any or none will do. */
  token?: string;
  /** Factor on the pauses of CrashLoopBackOff; 1 is the real 10 s, 20 s, 40 s up to 5 min. */
  backOffScale?: number;
  /** How many changes watches can resume over. */
  historyLength?: number;
  /** Overrides what a container status says as `imageID`. */
  imageIdOf?: (image: string) => string;
  /** Called with errors that are the sandbox's own fault; thrown into the process when left out. */
  onError?: (error: unknown) => void;
  /** Paths served besides the Kubernetes API; asked first. */
  extra?: (request: ApiRequest) => Promise<ApiAnswer | undefined>;
}

/** A cluster in this process, behind the Kubernetes API over HTTP. */
export interface KubernetesSandbox {
  /** e.g. `http://127.0.0.1:41234` */
  url: string;
  port: number;
  clock: SandboxClock;
  faults: Faults;
  rights: Rights;
  images: ImageRegistry;
  /** A kubeconfig for this cluster, as YAML; with the token of an account where one is given. */
  kubeconfig(token?: string): string;
  /** The writes of clients that were accepted, oldest first; those of the cluster's own controllers are not listed. */
  writes(): AcceptedWrite[];
  /** How pods of this image behave under the image-name runtime; throws when another runtime runs the pods. */
  setImageBehaviour: ImageNameRuntime['setBehaviour'];
  /** What clients write is changed so from now on; null for no policy. */
  setAdmissionPolicy(policy: AdmissionPolicy | null): void;
  /** Reads without HTTP, e.g. for metrics about the cluster. */
  list(plural: string, namespace?: string): KubeObject[];
  /** Called after every stored change, e.g. to save a snapshot soon. Returns what ends it. */
  onChange(listener: () => void): () => void;
  /** Everything stored, as JSON text. */
  snapshot(): string;
  close(): Promise<void>;
}

interface Snapshot {
  format: 1;
  storage: StorageDump;
  images: ImageRegistryDump;
  namesPosition: number;
}

const DEFAULT_SEED = 1;
const DEFAULT_NODES = 2;
const DEFAULT_HISTORY = 5_000;

export async function startKubernetesSandbox(
  options: KubernetesSandboxOptions = {},
): Promise<KubernetesSandbox> {
  const given = options.clock ?? createRealClock();
  const { clock, stop: stopTimers } = createStoppableClock(given);
  const onError = options.onError ?? rethrow;
  const restored = options.snapshot ? (JSON.parse(options.snapshot) as Snapshot) : undefined;
  const storage = createStorage(options.historyLength ?? DEFAULT_HISTORY, restored?.storage);
  const names = createSeededNames(options.seed ?? DEFAULT_SEED, restored?.namesPosition);
  const audit = createAuditLog(clock.now);
  const faults = createFaults();
  const rights = createRights();
  const images = createImageRegistry(restored?.images);
  const nextClusterIp = freeAddresses('10.96', () =>
    (storage.list(SERVICES.plural) as Service[]).map(({ spec }) => spec.clusterIP),
  );
  const admission = createAdmission();
  const writes = createObjectWrites({ storage, clock, names, audit, nextClusterIp, admission });
  if (!restored) {
    const { namespaces = [], nodes = DEFAULT_NODES } = options;
    putInitialObjects(storage, names.uid, wireTime(clock.now()), { namespaces, nodes });
  }
  const recorder = createEventRecorder(clock, storage, writes);
  const parts: ControllerParts = { storage, clock, names, writes, recorder, onError };

  const server = await startApiServer({
    parts: { storage, clock, writes, audit },
    faults,
    rights,
    port: options.port ?? 0,
    token: options.token,
    extra: options.extra,
    onError,
  });
  startDeploymentController(parts);
  startReplicaSetController(parts);
  startStatefulSetController(parts);
  startDaemonSetController(parts);
  startEndpointSliceController(parts);
  startDisruptionController(parts);
  startGarbageCollector(parts);
  startRolloutController(parts);
  startFlaggerController(parts);
  startScheduler(parts);
  startAutoscalerController(parts);
  const imageNames = options.runtime ? undefined : createImageNameRuntime(clock);
  const kubelet = startKubelet(parts, {
    runtime: options.runtime ?? (imageNames as PodRuntime),
    images,
    nextPodIp: freeAddresses('10.244', () =>
      (storage.list(PODS.plural) as Pod[]).map(({ status }) => status.podIP),
    ),
    imageIdOf: options.imageIdOf,
    backOffScale: options.backOffScale ?? 1,
  });
  const url = `http://127.0.0.1:${server.port}`;

  return {
    url,
    port: server.port,
    clock: given,
    faults,
    rights,
    images,
    kubeconfig: (token = options.token) => kubeconfigFor(url, token),
    writes: audit.writes,
    setImageBehaviour(...given) {
      if (!imageNames) throw new Error('pods are run by another runtime than that of image names');
      imageNames.setBehaviour(...given);
    },
    setAdmissionPolicy: admission.setPolicy,
    list: (plural, namespace) => storage.list(plural, namespace),
    onChange: (listener) => storage.subscribe(() => listener()),
    snapshot() {
      const snapshot: Snapshot = {
        format: 1,
        storage: storage.dump(),
        images: images.dump(),
        namesPosition: names.position(),
      };
      return JSON.stringify(snapshot);
    },
    close: () => closeAll(server, stopTimers, kubelet.close),
  };
}

async function closeAll(
  server: ApiServer,
  stopTimers: () => void,
  closeKubelet: () => Promise<void>,
): Promise<void> {
  stopTimers();
  await server.close();
  await closeKubelet();
}

/** A fault of the sandbox itself must not pass unseen. */
function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
