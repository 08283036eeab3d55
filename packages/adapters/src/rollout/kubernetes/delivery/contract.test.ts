import { deliveryContract } from '@lastgood/testkit/contracts/delivery';
import { openDelivery } from './delivery-harness.ts';

const rights = 'with the rights of deploy/kubernetes and no others,';
deliveryContract(`Argo Rollouts in the sandbox, ${rights}`, () => openDelivery('Rollout'));
deliveryContract(`Flagger in the sandbox, ${rights}`, () => openDelivery('Canary'));
