// Made by `npm run typings:rook` from policies/reading/schemas/custom-resources.json: https://raw.githubusercontent.com/rook/rook/v1.20.6/deploy/examples/crds.yaml

export type Zones = {
  arbiter?: boolean;
  name?: string;
  volumeClaimTemplate?: VolumeClaimTemplate;
}[];
export type VolumeClaimTemplates = VolumeClaimTemplate[];

export interface RookSpecs {
  CephCluster: CephClusterSpec;
  CephObjectRealm: CephObjectRealmSpec;
  CephObjectZoneGroup: CephObjectZoneGroupSpec;
  CephObjectZone: CephObjectZoneSpec;
  CephObjectStore: CephObjectStoreSpec;
  CephObjectStoreUser: CephObjectStoreUserSpec;
  CephClient: CephClientSpec;
  ObjectBucketClaim: ObjectBucketClaimSpec;
}
export interface CephClusterSpec {
  annotations?: {
    [k: string]: {
      [k: string]: string;
    };
  };
  cephConfig?: {
    [k: string]: {
      [k: string]: string;
    };
  };
  cephConfigFromSecret?: {
    [k: string]: {
      [k: string]: {
        key: string;
        name?: string;
        optional?: boolean;
      };
    };
  };
  cephVersion?: {
    allowUnsupported?: boolean;
    image?: string;
    imagePullPolicy?: 'IfNotPresent' | 'Always' | 'Never' | '';
  };
  cleanupPolicy?: {
    allowUninstallWithVolumes?: boolean;
    confirmation?: string;
    sanitizeDisks?: {
      dataSource?: 'zero' | 'random';
      iteration?: number;
      method?: 'complete' | 'quick';
    };
    wipeDevicesFromOtherClusters?: boolean;
  };
  continueUpgradeAfterChecksEvenIfNotHealthy?: boolean;
  crashCollector?: {
    daysToRetain?: number;
    disable?: boolean;
  };
  csi?: {
    cephfs?: {
      fuseMountOptions?: string;
      kernelMountOptions?: string;
    };
    readAffinity?: {
      crushLocationLabels?: string[];
      enabled?: boolean;
    };
    skipUserCreation?: boolean;
  };
  dashboard?: {
    enabled?: boolean;
    port?: number;
    prometheusEndpoint?: string;
    prometheusEndpointSSLVerify?: boolean;
    ssl?: boolean;
    urlPrefix?: string;
  };
  dataDirHostPath?: string;
  disruptionManagement?: {
    machineDisruptionBudgetNamespace?: string;
    manageMachineDisruptionBudgets?: boolean;
    managePodBudgets?: boolean;
    osdMaintenanceTimeout?: number;
    pgHealthCheckTimeout?: number;
    pgHealthyRegex?: string;
  };
  external?: {
    enable?: boolean;
  };
  healthCheck?: {
    daemonHealth?: {
      mon?: {
        disabled?: boolean;
        interval?: string;
        timeout?: string;
      };
      osd?: {
        disabled?: boolean;
        interval?: string;
        timeout?: string;
      };
      status?: {
        disabled?: boolean;
        interval?: string;
        timeout?: string;
      };
    };
    livenessProbe?: {
      [k: string]: LivenessProbe;
    };
    muteHealthWarning?: {
      [k: string]: {
        policy: 'mute' | 'unmute';
      };
    };
    startupProbe?: {
      [k: string]: LivenessProbe;
    };
  };
  labels?: {
    [k: string]: {
      [k: string]: string;
    };
  };
  logCollector?: {
    enabled?: boolean;
    maxLogSize?: number | string;
    periodicity?: string;
  };
  mgr?: {
    allowMultiplePerNode?: boolean;
    count?: number;
    hostNetwork?: boolean;
    modules?: {
      enabled?: boolean;
      name?: string;
      settings?: {
        balancerMode?: '' | 'crush-compat' | 'upmap' | 'read' | 'upmap-read';
      };
    }[];
  };
  mon?: {
    allowMultiplePerNode?: boolean;
    count?: number;
    externalMonIDs?: string[];
    failureDomainLabel?: string;
    floatingMon?: {
      configmapName: string;
      name: string;
    };
    stretchCluster?: {
      failureDomainLabel?: string;
      subFailureDomain?: string;
      zones?: Zones;
    };
    volumeClaimTemplate?: VolumeClaimTemplate;
    zones?: Zones;
  };
  monitoring?: {
    enabled?: boolean;
    exporter?: {
      hostNetwork?: boolean;
      perfCountersPrioLimit?: number;
      port?: number;
      statsPeriodSeconds?: number;
    };
    externalMgrEndpoints?: {
      hostname?: string;
      ip: string;
      nodeName?: string;
      targetRef?: {
        apiVersion?: string;
        fieldPath?: string;
        kind?: string;
        name?: string;
        namespace?: string;
        resourceVersion?: string;
        uid?: string;
      };
    }[];
    externalMgrPrometheusPort?: number;
    interval?: string;
    metricsDisabled?: boolean;
    port?: number;
  };
  network?: {
    addressRanges?: {
      cluster?: string[];
      public?: string[];
    };
    connections?: {
      compression?: {
        enabled?: boolean;
      };
      encryption?: {
        enabled?: boolean;
      };
      requireMsgr2?: boolean;
    };
    dualStack?: boolean;
    hostNetwork?: boolean;
    ipFamily?: 'IPv4' | 'IPv6';
    multiClusterService?: {
      clusterID?: string;
      enabled?: boolean;
    };
    provider?: '' | 'host' | 'multus';
    selectors?: {
      [k: string]: string;
    };
  };
  placement?: {
    [k: string]: Placement;
  };
  priorityClassNames?: {
    [k: string]: string;
  };
  removeOSDsIfOutAndSafeToRemove?: boolean;
  resources?: {
    [k: string]: Resource;
  };
  security?: {
    cephx?: {
      /**
       * @minItems 1
       * @maxItems 2
       */
      allowedCiphers?: ('aes' | 'aes256k')[];
      csi?: {
        keepPriorKeyCountMax?: number;
        keyGeneration?: number;
        keyRotationPolicy?: '' | 'Disabled' | 'KeyGeneration';
        keyType?: 'aes' | 'aes256k';
      };
      daemon?: {
        keyGeneration?: number;
        keyRotationPolicy?: '' | 'Disabled' | 'KeyGeneration';
        keyType?: 'aes' | 'aes256k';
      };
      rbdMirrorPeer?: {
        keyGeneration?: number;
        keyRotationPolicy?: '' | 'Disabled' | 'KeyGeneration';
        keyType?: 'aes' | 'aes256k';
      };
    };
    keyRotation?: {
      enabled?: boolean;
      schedule?: string;
    };
    kms?: {
      connectionDetails?: {
        [k: string]: string;
      };
      tokenSecretName?: string;
    };
  };
  skipUpgradeChecks?: boolean;
  storage?: {
    allowDeviceClassUpdate?: boolean;
    allowOsdCrushWeightUpdate?: boolean;
    backfillFullRatio?: number;
    config?: {
      [k: string]: string;
    };
    deviceFilter?: string;
    devicePathFilter?: string;
    devices?: {
      config?: {
        [k: string]: string;
      };
      fullpath?: string;
      name?: string;
    }[];
    flappingRestartIntervalHours?: number;
    fullRatio?: number;
    migration?: {
      confirmation?: string;
    };
    nearFullRatio?: number;
    nodes?: {
      config?: {
        [k: string]: string;
      };
      deviceFilter?: string;
      devicePathFilter?: string;
      devices?: {
        config?: {
          [k: string]: string;
        };
        fullpath?: string;
        name?: string;
      }[];
      name?: string;
      resources?: Resource;
      useAllDevices?: boolean;
      volumeClaimTemplates?: VolumeClaimTemplates;
    }[];
    onlyApplyOSDPlacement?: boolean;
    osdMaxUpdatesInParallel?: number;
    scheduleAlways?: boolean;
    storageClassDeviceSets?: {
      config?: {
        [k: string]: string;
      };
      count: number;
      encrypted?: boolean;
      name: string;
      placement?: Placement;
      portable?: boolean;
      preparePlacement?: Placement;
      resources?: Resource;
      schedulerName?: string;
      tuneDeviceClass?: boolean;
      tuneFastDeviceClass?: boolean;
      volumeClaimTemplates: VolumeClaimTemplates;
    }[];
    store?: {
      type?: 'bluestore' | 'bluestore-rdr';
      updateStore?: string;
    };
    useAllDevices?: boolean;
    useAllNodes?: boolean;
    volumeClaimTemplates?: VolumeClaimTemplates;
  };
  upgradeOSDRequiresHealthyPGs?: boolean;
  waitTimeoutForHealthyOSDInMinutes?: number;
}
export interface LivenessProbe {
  disabled?: boolean;
  probe?: {
    exec?: {
      command?: string[];
    };
    failureThreshold?: number;
    grpc?: {
      port: number;
      service?: string;
    };
    httpGet?: {
      host?: string;
      httpHeaders?: {
        name: string;
        value: string;
      }[];
      path?: string;
      port: number | string;
      scheme?: string;
    };
    initialDelaySeconds?: number;
    periodSeconds?: number;
    successThreshold?: number;
    tcpSocket?: {
      host?: string;
      port: number | string;
    };
    terminationGracePeriodSeconds?: number;
    timeoutSeconds?: number;
  };
}
export interface VolumeClaimTemplate {
  metadata?: {
    annotations?: {
      [k: string]: string;
    };
    finalizers?: string[];
    labels?: {
      [k: string]: string;
    };
    name?: string;
    namespace?: string;
  };
  spec?: {
    accessModes?: string[];
    dataSource?: {
      apiGroup?: string;
      kind: string;
      name: string;
    };
    dataSourceRef?: {
      apiGroup?: string;
      kind: string;
      name: string;
      namespace?: string;
    };
    resources?: Resources;
    selector?: Selector;
    storageClassName?: string;
    volumeAttributesClassName?: string;
    volumeMode?: string;
    volumeName?: string;
  };
}
export interface Resources {
  limits?: {
    [k: string]: number | string;
  };
  requests?: {
    [k: string]: number | string;
  };
}
export interface Selector {
  matchExpressions?: {
    key: string;
    operator: string;
    values?: string[];
  }[];
  matchLabels?: {
    [k: string]: string;
  };
}
export interface Placement {
  nodeAffinity?: NodeAffinity;
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAffinity;
  tolerations?: {
    effect?: string;
    key?: string;
    operator?: string;
    tolerationSeconds?: number;
    value?: string;
  }[];
  topologySpreadConstraints?: {
    labelSelector?: Selector;
    matchLabelKeys?: string[];
    maxSkew: number;
    minDomains?: number;
    nodeAffinityPolicy?: string;
    nodeTaintsPolicy?: string;
    topologyKey: string;
    whenUnsatisfiable: string;
  }[];
}
export interface NodeAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: {
    preference: Preference;
    weight: number;
  }[];
  requiredDuringSchedulingIgnoredDuringExecution?: {
    nodeSelectorTerms: Preference[];
  };
}
export interface Preference {
  matchExpressions?: {
    key: string;
    operator: string;
    values?: string[];
  }[];
  matchFields?: {
    key: string;
    operator: string;
    values?: string[];
  }[];
}
export interface PodAffinity {
  preferredDuringSchedulingIgnoredDuringExecution?: {
    podAffinityTerm: PodAffinityTerm;
    weight: number;
  }[];
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
}
export interface PodAffinityTerm {
  labelSelector?: Selector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
  namespaceSelector?: Selector;
  namespaces?: string[];
  topologyKey: string;
}
export interface Resource {
  claims?: {
    name: string;
    request?: string;
  }[];
  limits?: {
    [k: string]: number | string;
  };
  requests?: {
    [k: string]: number | string;
  };
}
export interface CephObjectRealmSpec {
  defaultRealm?: boolean;
  pull?: {
    endpoint?: string;
  };
}
export interface CephObjectZoneGroupSpec {
  realm: string;
}
export interface CephObjectZoneSpec {
  customEndpoints?: string[];
  dataPool?: DataPool;
  metadataPool?: DataPool;
  preservePoolsOnDelete?: boolean;
  sharedPools?: SharedPools;
  zoneGroup: string;
}
export interface DataPool {
  application?: string;
  compressionMode?: 'none' | 'passive' | 'aggressive' | 'force' | '';
  crushRoot?: string;
  deviceClass?: string;
  enableCrushUpdates?: boolean;
  enableRBDStats?: boolean;
  erasureCoded?: {
    algorithm?: 'isa' | 'jerasure';
    codingChunks: number;
    crushNumFailureDomains?: number;
    crushOSDsPerFailureDomain?: number;
    dataChunks: number;
    stripeUnit?: '4Ki' | '16Ki' | '64Ki' | '256Ki' | '1Mi';
  };
  failureDomain?: string;
  mirroring?: {
    enabled?: boolean;
    mode?: 'pool' | 'image' | 'init-only';
    peers?: {
      secretNames?: string[];
    };
    snapshotSchedules?: {
      interval?: string;
      path?: string;
      startTime?: string;
    }[];
  };
  parameters?: {
    [k: string]: string;
  };
  quotas?: {
    maxBytes?: number;
    maxObjects?: number;
    maxSize?: string;
  };
  replicated?: {
    hybridStorage?: {
      primaryDeviceClass: string;
      secondaryDeviceClass: string;
    };
    replicasPerFailureDomain?: number;
    requireSafeReplicaSize?: boolean;
    size: number;
    subFailureDomain?: string;
    targetSizeRatio?: number;
  };
  statusCheck?: {
    mirror?: {
      disabled?: boolean;
      interval?: string;
      timeout?: string;
    };
  };
}
export interface SharedPools {
  dataPoolName?: string;
  metadataPoolName?: string;
  poolPlacements?: {
    dataNonECPoolName?: string;
    dataPoolName: string;
    default?: boolean;
    metadataPoolName: string;
    name: string;
    /**
     * @maxItems 10
     */
    storageClasses?: {
      dataPoolName: string;
      name: string;
    }[];
  }[];
  preserveRadosNamespaceDataOnDelete?: boolean;
}
export interface CephObjectStoreSpec {
  allowUsersInNamespaces?: string[];
  auth?: {
    keystone?: {
      acceptedRoles: string[];
      implicitTenants?: string;
      revocationInterval?: number;
      serviceUserSecretName: string;
      tokenCacheSize?: number;
      url: string;
    };
  };
  dataPool?: DataPool;
  defaultRealm?: boolean;
  gateway?: {
    additionalVolumeMounts?: {
      subPath: string;
      volumeSource: {
        configMap?: {
          defaultMode?: number;
          items?: {
            key: string;
            mode?: number;
            path: string;
          }[];
          name?: string;
          optional?: boolean;
        };
        emptyDir?: {
          medium?: string;
          sizeLimit?: number | string;
        };
        hostPath?: {
          path: string;
          type?: string;
        };
        persistentVolumeClaim?: {
          claimName: string;
          readOnly?: boolean;
        };
        projected?: {
          defaultMode?: number;
          sources?: {
            clusterTrustBundle?: {
              labelSelector?: Selector;
              name?: string;
              optional?: boolean;
              path: string;
              signerName?: string;
            };
            configMap?: ConfigMap;
            downwardAPI?: {
              items?: {
                fieldRef?: {
                  apiVersion?: string;
                  fieldPath: string;
                };
                mode?: number;
                path: string;
                resourceFieldRef?: {
                  containerName?: string;
                  divisor?: number | string;
                  resource: string;
                };
              }[];
            };
            podCertificate?: {
              certificateChainPath?: string;
              credentialBundlePath?: string;
              keyPath?: string;
              keyType: string;
              maxExpirationSeconds?: number;
              signerName: string;
              userAnnotations?: {
                [k: string]: string;
              };
            };
            secret?: ConfigMap;
            serviceAccountToken?: {
              audience?: string;
              expirationSeconds?: number;
              path: string;
            };
          }[];
        };
        secret?: {
          defaultMode?: number;
          items?: {
            key: string;
            mode?: number;
            path: string;
          }[];
          optional?: boolean;
          secretName?: string;
        };
      };
    }[];
    annotations?: {
      [k: string]: string;
    };
    caBundleRef?: string;
    dashboardEnabled?: boolean;
    disableMultisiteSyncTraffic?: boolean;
    externalRgwEndpoints?: {
      hostname?: string;
      ip?: string;
    }[];
    hostNetwork?: boolean;
    instances?: number;
    labels?: {
      [k: string]: string;
    };
    opsLogSidecar?: {
      resources?: Resource;
    };
    placement?: Placement;
    port?: number;
    priorityClassName?: string;
    readAffinity?: {
      type: 'localize' | 'balance' | 'default';
    };
    resources?: Resource;
    rgwCommandFlags?: {
      [k: string]: string;
    };
    rgwConfig?: {
      [k: string]: string;
    };
    rgwConfigFromSecret?: {
      [k: string]: {
        key: string;
        name?: string;
        optional?: boolean;
      };
    };
    securePort?: number;
    service?: {
      annotations?: {
        [k: string]: string;
      };
      labels?: {
        [k: string]: string;
      };
    };
    sslCertificateRef?: string;
  };
  healthCheck?: {
    readinessProbe?: LivenessProbe;
    startupProbe?: LivenessProbe;
  };
  hosting?: {
    advertiseEndpoint?: {
      dnsName: string;
      port: number;
      useTls: boolean;
    };
    dnsNames?: string[];
  };
  metadataPool?: DataPool;
  preservePoolsOnDelete?: boolean;
  protocols?: {
    enableAPIs?: ('s3' | 's3website' | 'swift' | 'swift_auth' | 'admin' | 'sts' | 'iam' | 'notifications')[];
    s3?: {
      authUseKeystone?: boolean;
      enabled?: boolean;
    };
    swift?: {
      accountInUrl?: boolean;
      urlPrefix?: string;
      versioningEnabled?: boolean;
    };
  };
  security?: {
    /**
     * @minItems 0
     * @maxItems 1000
     */
    cipherSuites?: string[];
    /**
     * @minItems 0
     * @maxItems 1000
     */
    ciphers?: string[];
    keyRotation?: {
      enabled?: boolean;
      schedule?: string;
    };
    kms?: {
      connectionDetails?: {
        [k: string]: string;
      };
      tokenSecretName?: string;
    };
    s3?: {
      connectionDetails?: {
        [k: string]: string;
      };
      tokenSecretName?: string;
    };
    sslOptions?: {
      defaultWorkarounds?: boolean;
      noCompression?: boolean;
      singleDiffieHellmanUse?: boolean;
      sslv2?: boolean;
      sslv3?: boolean;
      tlsv1_0?: boolean;
      tlsv1_1?: boolean;
      tlsv1_2?: boolean;
    };
    tlsGroups?: string[];
  };
  sharedPools?: SharedPools;
  zone?: {
    name: string;
  };
}
export interface ConfigMap {
  items?: {
    key: string;
    mode?: number;
    path: string;
  }[];
  name?: string;
  optional?: boolean;
}
export interface CephObjectStoreUserSpec {
  accountRef?: {
    name: string;
  };
  capabilities?: {
    'amz-cache'?: '*' | 'read' | 'write' | 'read, write';
    bilog?: '*' | 'read' | 'write' | 'read, write';
    bucket?: '*' | 'read' | 'write' | 'read, write';
    buckets?: '*' | 'read' | 'write' | 'read, write';
    datalog?: '*' | 'read' | 'write' | 'read, write';
    info?: '*' | 'read' | 'write' | 'read, write';
    mdlog?: '*' | 'read' | 'write' | 'read, write';
    metadata?: '*' | 'read' | 'write' | 'read, write';
    'oidc-provider'?: '*' | 'read' | 'write' | 'read, write';
    ratelimit?: '*' | 'read' | 'write' | 'read, write';
    roles?: '*' | 'read' | 'write' | 'read, write';
    usage?: '*' | 'read' | 'write' | 'read, write';
    user?: '*' | 'read' | 'write' | 'read, write';
    'user-policy'?: '*' | 'read' | 'write' | 'read, write';
    users?: '*' | 'read' | 'write' | 'read, write';
    zone?: '*' | 'read' | 'write' | 'read, write';
  };
  clusterNamespace?: string;
  displayName?: string;
  keys?: {
    accessKeyRef?: {
      key: string;
      name?: string;
      optional?: boolean;
    };
    secretKeyRef?: {
      key: string;
      name?: string;
      optional?: boolean;
    };
  }[];
  /**
   * @minItems 0
   * @maxItems 3
   */
  opMask?: ('read' | 'write' | 'delete')[];
  quotas?: {
    maxBuckets?: number;
    maxObjects?: number;
    maxSize?: number | string;
  };
  store?: string;
}
export interface CephClientSpec {
  caps: {
    [k: string]: string;
  };
  name?: string;
  removeSecret?: boolean;
  secretName?: string;
  security?: {
    cephx?: {
      keyGeneration?: number;
      keyRotationPolicy?: '' | 'Disabled' | 'KeyGeneration';
      keyType?: 'aes' | 'aes256k';
    };
  };
}
export interface ObjectBucketClaimSpec {
  storageClassName?: string;
  bucketName?: string;
  generateBucketName?: string;
  additionalConfig?: {
    [k: string]: unknown;
  };
  objectBucketName?: string;
}
