import { configurationsContract } from '@lastgood/testkit/contracts/configurations';
import { openConfigurationWorld } from './configuration-world-harness.ts';

configurationsContract('Kubernetes', () => openConfigurationWorld());
