import { Address, Count, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

export const defaultAwsTimeoutMs = 10_000;

/** How one region of one account is reached, as every vendor of AWS has it in its settings. */
export const awsSettings = {
  region: Type.String({ pattern: '^[a-z]{2,4}(-[a-z0-9]{1,12}){1,4}$', maxLength: 60 }),
  endpoint: Type.Optional(
    Address({
      pattern: '^https?://',
      description: 'Instead of the public endpoint of the region, such as a VPC endpoint',
    }),
  ),
  accessKeyId: Type.Optional(
    Secret({
      description:
        'With secretAccessKey. Without both the chain of the AWS SDK is used: environment, shared files, web identity, the ' +
        'roles of a container or an instance',
    }),
  ),
  secretAccessKey: Type.Optional(Secret()),
  sessionToken: Type.Optional(Secret()),
  timeoutMs: Type.Optional(
    Count(100, 60_000, {
      default: defaultAwsTimeoutMs,
      description: 'Longest wait for one answer, in milliseconds',
    }),
  ),
};

const schema = Type.Object(awsSettings);

export type AwsSettings = Type.Static<typeof schema>;
