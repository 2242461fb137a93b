/** Where a cloud's Resource Manager and its tokens are. */
export type Cloud = {
  readonly armEndpoint: string;
  /** The resource that tokens are for, without a slash at the end. */
  readonly armAudience: string;
  readonly authorityHost: string;
};

/** By the names of the setting AZURE_CLOUD (azure-sdk-for-js, identity `AzureAuthorityHosts`, arm `AzureClouds`). */
export const CLOUDS = {
  public: {
    armEndpoint: "https://management.azure.com",
    armAudience: "https://management.azure.com",
    authorityHost: "https://login.microsoftonline.com",
  },
  "us-government": {
    armEndpoint: "https://management.usgovcloudapi.net",
    armAudience: "https://management.usgovcloudapi.net",
    authorityHost: "https://login.microsoftonline.us",
  },
  china: {
    armEndpoint: "https://management.chinacloudapi.cn",
    armAudience: "https://management.chinacloudapi.cn",
    authorityHost: "https://login.chinacloudapi.cn",
  },
} as const satisfies Readonly<Record<string, Cloud>>;

/** A cloud that the settings can name. */
export type CloudName = keyof typeof CLOUDS;
