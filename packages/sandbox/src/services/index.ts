export { type Behaviour, type BehaviourKind, behaviourKinds, behaviours } from './behaviour.ts';
export {
  createSampleServices,
  type SampleServices,
  type SampleServicesOptions,
} from './create-sample-services.ts';
export { behaviourOf, type CatalogImage, findImage, imageFor } from './image-catalog.ts';
export { type KubeStateExporter, startKubeStateExporter } from './kube-state-exporter.ts';
export { listPodsOverHttp, type PodObject, type PodView, podViewOf } from './pod-view.ts';
export type { LiveTarget } from './sample-pod.ts';
export { type ServiceDiscovery, startServiceDiscovery } from './service-discovery.ts';
