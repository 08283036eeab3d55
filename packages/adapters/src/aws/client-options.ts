import { settingsUrl } from '../http/settings-url.ts';
import { type AwsSettings, defaultAwsTimeoutMs } from './aws-settings.ts';

/**
 * What a client of the AWS SDK is made with. It sends once: whoever asked looks at the world before anything is sent again.
 * Throws when the settings cannot work; `vendor` names them.
 */
export function clientOptions(settings: AwsSettings, vendor: string) {
  const { region, endpoint, accessKeyId, secretAccessKey, sessionToken } = settings;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new Error(`${vendor}: accessKeyId and secretAccessKey go together.`);
  }
  if (sessionToken !== undefined && accessKeyId === undefined) {
    throw new Error(`${vendor}: sessionToken goes with accessKeyId and secretAccessKey.`);
  }
  const timeoutMs = settings.timeoutMs ?? defaultAwsTimeoutMs;
  return {
    region,
    maxAttempts: 1,
    customUserAgent: 'lastgood',
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    ...(endpoint === undefined
      ? {}
      : { endpoint: settingsUrl(endpoint, `${vendor} endpoint`, 'accessKeyId and secretAccessKey').href }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : {
          credentials: {
            accessKeyId,
            secretAccessKey,
            ...(sessionToken === undefined ? {} : { sessionToken }),
          },
        }),
  };
}

export type ClientOptions = ReturnType<typeof clientOptions>;
