// Made by `npm run provider` from the schema of terraform-provider-openstack/openstack 3.4.0: not to be edited.

export const SOURCE = 'terraform-provider-openstack/openstack';
export const VERSION = '3.4.0';

export interface Provider {
  allow_reauth?: boolean;
  application_credential_id?: string;
  application_credential_name?: string;
  application_credential_secret?: string;
  auth_url?: string;
  cacert_file?: string;
  cert?: string;
  cloud?: string;
  default_domain?: string;
  delayed_auth?: boolean;
  disable_no_cache_header?: boolean;
  domain_id?: string;
  domain_name?: string;
  enable_logging?: boolean;
  endpoint_overrides?: Record<string, string>;
  endpoint_type?: string;
  insecure?: boolean;
  key?: string;
  max_retries?: number;
  password?: string;
  project_domain_id?: string;
  project_domain_name?: string;
  region?: string;
  swauth?: boolean;
  system_scope?: boolean;
  tenant_id?: string;
  tenant_name?: string;
  token?: string;
  user_domain_id?: string;
  user_domain_name?: string;
  user_id?: string;
  user_name?: string;
}

/** What may be written in each resource, as its page of the provider's documentation has it. */
export interface Resources {
  blockstorage_volume_v3: {
    availability_zone?: string;
    backup_id?: string;
    consistency_group_id?: string;
    description?: string;
    enable_online_resize?: boolean;
    image_id?: string;
    metadata?: Record<string, string>;
    name?: string;
    region?: string;
    size: number;
    snapshot_id?: string;
    source_replica?: string;
    source_vol_id?: string;
    volume_retype_policy?: string;
    volume_type?: string;
    scheduler_hints?: {
      additional_properties?: Record<string, string>;
      different_host?: string[];
      local_to_instance?: string;
      query?: string;
      same_host?: string[];
    }[];
    timeouts?: {
      create?: string;
      delete?: string;
    };
  };
  compute_instance_v2: {
    admin_pass?: string;
    availability_zone?: string;
    availability_zone_hints?: string;
    config_drive?: boolean;
    flavor_id?: string;
    flavor_name?: string;
    force_delete?: boolean;
    hypervisor_hostname?: string;
    image_id?: string;
    image_name?: string;
    key_pair?: string;
    metadata?: Record<string, string>;
    name: string;
    network_mode?: string;
    power_state?: string;
    region?: string;
    security_groups?: string[];
    stop_before_destroy?: boolean;
    tags?: string[];
    user_data?: string;
    block_device?: {
      boot_index?: number;
      delete_on_termination?: boolean;
      destination_type?: string;
      device_type?: string;
      disk_bus?: string;
      guest_format?: string;
      multiattach?: boolean;
      source_type: string;
      uuid?: string;
      volume_size?: number;
      volume_type?: string;
    }[];
    network?: {
      access_network?: boolean;
      fixed_ip_v4?: string;
      fixed_ip_v6?: string;
      name?: string;
      port?: string;
      uuid?: string;
    }[];
    personality?: {
      content: string;
      file: string;
    }[];
    scheduler_hints?: {
      additional_properties?: Record<string, string>;
      build_near_host_ip?: string;
      different_cell?: string[];
      different_host?: string[];
      group?: string;
      query?: string[];
      same_host?: string[];
      target_cell?: string;
    }[];
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
    vendor_options?: {
      detach_ports_before_destroy?: boolean;
      ignore_resize_confirmation?: boolean;
    };
  };
  compute_keypair_v2: {
    name: string;
    public_key?: string;
    region?: string;
    user_id?: string;
    value_specs?: Record<string, string>;
  };
  compute_servergroup_v2: {
    name: string;
    policies?: string[];
    region?: string;
    value_specs?: Record<string, string>;
    rules?: {
      max_server_per_host?: number;
    };
  };
  compute_volume_attach_v2: {
    device?: string;
    instance_id: string;
    multiattach?: boolean;
    region?: string;
    tag?: string;
    volume_id: string;
    timeouts?: {
      create?: string;
      delete?: string;
    };
    vendor_options?: {
      ignore_volume_confirmation?: boolean;
    };
  };
  dns_recordset_v2: {
    description?: string;
    disable_status_check?: boolean;
    name: string;
    project_id?: string;
    records: string[];
    region?: string;
    ttl?: number;
    type?: string;
    value_specs?: Record<string, string>;
    zone_id: string;
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  dns_zone_v2: {
    attributes?: Record<string, string>;
    description?: string;
    disable_status_check?: boolean;
    email?: string;
    masters?: string[];
    name: string;
    project_id?: string;
    region?: string;
    ttl?: number;
    type?: string;
    value_specs?: Record<string, string>;
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  lb_listener_v2: {
    admin_state_up?: boolean;
    allowed_cidrs?: string[];
    alpn_protocols?: string[];
    client_authentication?: string;
    client_ca_tls_container_ref?: string;
    client_crl_container_ref?: string;
    connection_limit?: number;
    default_pool_id?: string;
    default_tls_container_ref?: string;
    description?: string;
    hsts_include_subdomains?: boolean;
    hsts_max_age?: number;
    hsts_preload?: boolean;
    insert_headers?: Record<string, string>;
    loadbalancer_id: string;
    name?: string;
    protocol: string;
    protocol_port: number;
    region?: string;
    sni_container_refs?: string[];
    tags?: string[];
    tenant_id?: string;
    timeout_client_data?: number;
    timeout_member_connect?: number;
    timeout_member_data?: number;
    timeout_tcp_inspect?: number;
    tls_ciphers?: string;
    tls_versions?: string[];
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  lb_loadbalancer_v2: {
    admin_state_up?: boolean;
    availability_zone?: string;
    description?: string;
    flavor_id?: string;
    loadbalancer_provider?: string;
    name?: string;
    region?: string;
    security_group_ids?: string[];
    tags?: string[];
    tenant_id?: string;
    vip_address?: string;
    vip_network_id?: string;
    vip_port_id?: string;
    vip_qos_policy_id?: string;
    vip_subnet_id?: string;
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  lb_member_v2: {
    address: string;
    admin_state_up?: boolean;
    backup?: boolean;
    monitor_address?: string;
    monitor_port?: number;
    name?: string;
    pool_id: string;
    protocol_port: number;
    region?: string;
    subnet_id?: string;
    tags?: string[];
    tenant_id?: string;
    weight?: number;
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  lb_monitor_v2: {
    admin_state_up?: boolean;
    delay: number;
    domain_name?: string;
    expected_codes?: string;
    http_method?: string;
    http_version?: string;
    max_retries: number;
    max_retries_down?: number;
    name?: string;
    pool_id: string;
    region?: string;
    tenant_id?: string;
    timeout: number;
    type: string;
    url_path?: string;
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  lb_pool_v2: {
    admin_state_up?: boolean;
    alpn_protocols?: string[];
    ca_tls_container_ref?: string;
    crl_container_ref?: string;
    description?: string;
    lb_method: string;
    listener_id?: string;
    loadbalancer_id?: string;
    name?: string;
    protocol: string;
    region?: string;
    tags?: string[];
    tenant_id?: string;
    tls_ciphers?: string;
    tls_container_ref?: string;
    tls_enabled?: boolean;
    tls_versions?: string[];
    persistence?: {
      cookie_name?: string;
      type: string;
    };
    timeouts?: {
      create?: string;
      delete?: string;
      update?: string;
    };
  };
  networking_bgp_peer_v2: {
    auth_type?: string;
    name?: string;
    password?: string;
    peer_ip: string;
    region?: string;
    remote_as: number;
    tenant_id?: string;
    timeouts?: {
      delete?: string;
    };
  };
  networking_bgp_speaker_v2: {
    advertise_floating_ip_host_routes?: boolean;
    advertise_tenant_networks?: boolean;
    ip_version?: number;
    local_as: number;
    name?: string;
    networks?: string[];
    peers?: string[];
    region?: string;
    tenant_id?: string;
    timeouts?: {
      delete?: string;
    };
  };
  networking_floatingip_v2: {
    address?: string;
    description?: string;
    dns_domain?: string;
    dns_name?: string;
    fixed_ip?: string;
    pool: string;
    port_id?: string;
    region?: string;
    subnet_id?: string;
    subnet_ids?: string[];
    tags?: string[];
    tenant_id?: string;
    value_specs?: Record<string, string>;
    timeouts?: {
      create?: string;
      delete?: string;
    };
  };
  networking_network_v2: {
    admin_state_up?: boolean;
    availability_zone_hints?: string[];
    description?: string;
    dns_domain?: string;
    external?: boolean;
    mtu?: number;
    name?: string;
    port_security_enabled?: boolean;
    qos_policy_id?: string;
    region?: string;
    shared?: boolean;
    tags?: string[];
    tenant_id?: string;
    transparent_vlan?: boolean;
    value_specs?: Record<string, string>;
    segments?: {
      network_type?: string;
      physical_network?: string;
      segmentation_id?: number;
    }[];
    timeouts?: {
      create?: string;
      delete?: string;
    };
  };
  networking_port_v2: {
    admin_state_up?: boolean;
    description?: string;
    device_id?: string;
    device_owner?: string;
    dns_name?: string;
    mac_address?: string;
    name?: string;
    network_id: string;
    no_fixed_ip?: boolean;
    no_security_groups?: boolean;
    port_security_enabled?: boolean;
    qos_policy_id?: string;
    region?: string;
    security_group_ids?: string[];
    tags?: string[];
    tenant_id?: string;
    value_specs?: Record<string, string>;
    allowed_address_pairs?: {
      ip_address: string;
      mac_address?: string;
    }[];
    binding?: {
      host_id?: string;
      profile?: string;
      vnic_type?: string;
    };
    extra_dhcp_option?: {
      ip_version?: number;
      name: string;
      value: string;
    }[];
    fixed_ip?: {
      ip_address?: string;
      subnet_id?: string;
    }[];
    timeouts?: {
      create?: string;
      delete?: string;
    };
  };
  networking_router_interface_v2: {
    force_destroy?: boolean;
    port_id?: string;
    region?: string;
    router_id: string;
    subnet_id?: string;
    timeouts?: {
      create?: string;
      delete?: string;
    };
  };
  networking_router_v2: {
    admin_state_up?: boolean;
    availability_zone_hints?: string[];
    description?: string;
    distributed?: boolean;
    enable_snat?: boolean;
    external_network_id?: string;
    external_qos_policy_id?: string;
    external_subnet_ids?: string[];
    name?: string;
    region?: string;
    tags?: string[];
    tenant_id?: string;
    value_specs?: Record<string, string>;
    external_fixed_ip?: {
      ip_address?: string;
      subnet_id?: string;
    }[];
    timeouts?: {
      create?: string;
      delete?: string;
    };
    vendor_options?: {
      set_router_gateway_after_create?: boolean;
    };
  };
  networking_secgroup_rule_v2: {
    description?: string;
    direction: string;
    ethertype: string;
    port_range_max?: number;
    port_range_min?: number;
    protocol?: string;
    region?: string;
    remote_address_group_id?: string;
    remote_group_id?: string;
    remote_ip_prefix?: string;
    security_group_id: string;
    tenant_id?: string;
    timeouts?: {
      delete?: string;
    };
  };
  networking_secgroup_v2: {
    delete_default_rules?: boolean;
    description?: string;
    name: string;
    region?: string;
    stateful?: boolean;
    tags?: string[];
    tenant_id?: string;
    timeouts?: {
      delete?: string;
    };
  };
  networking_subnet_v2: {
    cidr?: string;
    description?: string;
    dns_nameservers?: string[];
    dns_publish_fixed_ip?: boolean;
    enable_dhcp?: boolean;
    gateway_ip?: string;
    ip_version?: number;
    ipv6_address_mode?: string;
    ipv6_ra_mode?: string;
    name?: string;
    network_id: string;
    no_gateway?: boolean;
    prefix_length?: number;
    region?: string;
    segment_id?: string;
    service_types?: string[];
    subnetpool_id?: string;
    tags?: string[];
    tenant_id?: string;
    value_specs?: Record<string, string>;
    allocation_pool?: {
      end: string;
      start: string;
    }[];
    timeouts?: {
      create?: string;
      delete?: string;
    };
  };
}

/** What can be read of each resource. */
export interface Attributes {
  blockstorage_volume_v3: 'attachment' | 'availability_zone' | 'backup_id' | 'consistency_group_id' | 'description' | 'enable_online_resize' | 'id' | 'image_id' | 'metadata' | 'name' | 'region' | 'size' | 'snapshot_id' | 'source_replica' | 'source_vol_id' | 'volume_retype_policy' | 'volume_type';
  compute_instance_v2: 'access_ip_v4' | 'access_ip_v6' | 'admin_pass' | 'all_metadata' | 'all_tags' | 'availability_zone' | 'availability_zone_hints' | 'config_drive' | 'created' | 'flavor_id' | 'flavor_name' | 'force_delete' | 'hypervisor_hostname' | 'id' | 'image_id' | 'image_name' | 'key_pair' | 'metadata' | 'name' | 'network_mode' | 'power_state' | 'region' | 'security_groups' | 'stop_before_destroy' | 'tags' | 'updated' | 'user_data';
  compute_keypair_v2: 'fingerprint' | 'id' | 'name' | 'private_key' | 'public_key' | 'region' | 'user_id' | 'value_specs';
  compute_servergroup_v2: 'id' | 'members' | 'name' | 'policies' | 'region' | 'value_specs';
  compute_volume_attach_v2: 'device' | 'id' | 'instance_id' | 'multiattach' | 'region' | 'tag' | 'volume_id';
  dns_recordset_v2: 'description' | 'disable_status_check' | 'id' | 'name' | 'project_id' | 'records' | 'region' | 'ttl' | 'type' | 'value_specs' | 'zone_id';
  dns_zone_v2: 'attributes' | 'description' | 'disable_status_check' | 'email' | 'id' | 'masters' | 'name' | 'project_id' | 'region' | 'ttl' | 'type' | 'value_specs';
  lb_listener_v2: 'admin_state_up' | 'allowed_cidrs' | 'alpn_protocols' | 'client_authentication' | 'client_ca_tls_container_ref' | 'client_crl_container_ref' | 'connection_limit' | 'default_pool_id' | 'default_tls_container_ref' | 'description' | 'hsts_include_subdomains' | 'hsts_max_age' | 'hsts_preload' | 'id' | 'insert_headers' | 'loadbalancer_id' | 'name' | 'protocol' | 'protocol_port' | 'region' | 'sni_container_refs' | 'tags' | 'tenant_id' | 'timeout_client_data' | 'timeout_member_connect' | 'timeout_member_data' | 'timeout_tcp_inspect' | 'tls_ciphers' | 'tls_versions';
  lb_loadbalancer_v2: 'admin_state_up' | 'availability_zone' | 'description' | 'flavor_id' | 'id' | 'loadbalancer_provider' | 'name' | 'region' | 'security_group_ids' | 'tags' | 'tenant_id' | 'vip_address' | 'vip_network_id' | 'vip_port_id' | 'vip_qos_policy_id' | 'vip_subnet_id';
  lb_member_v2: 'address' | 'admin_state_up' | 'backup' | 'id' | 'monitor_address' | 'monitor_port' | 'name' | 'pool_id' | 'protocol_port' | 'region' | 'subnet_id' | 'tags' | 'tenant_id' | 'weight';
  lb_monitor_v2: 'admin_state_up' | 'delay' | 'domain_name' | 'expected_codes' | 'http_method' | 'http_version' | 'id' | 'max_retries' | 'max_retries_down' | 'name' | 'pool_id' | 'region' | 'tenant_id' | 'timeout' | 'type' | 'url_path';
  lb_pool_v2: 'admin_state_up' | 'alpn_protocols' | 'ca_tls_container_ref' | 'crl_container_ref' | 'description' | 'id' | 'lb_method' | 'listener_id' | 'loadbalancer_id' | 'name' | 'protocol' | 'region' | 'tags' | 'tenant_id' | 'tls_ciphers' | 'tls_container_ref' | 'tls_enabled' | 'tls_versions';
  networking_bgp_peer_v2: 'auth_type' | 'id' | 'name' | 'password' | 'peer_ip' | 'region' | 'remote_as' | 'tenant_id';
  networking_bgp_speaker_v2: 'advertise_floating_ip_host_routes' | 'advertise_tenant_networks' | 'advertised_routes' | 'id' | 'ip_version' | 'local_as' | 'name' | 'networks' | 'peers' | 'region' | 'tenant_id';
  networking_floatingip_v2: 'address' | 'all_tags' | 'description' | 'dns_domain' | 'dns_name' | 'fixed_ip' | 'id' | 'pool' | 'port_id' | 'region' | 'subnet_id' | 'subnet_ids' | 'tags' | 'tenant_id' | 'value_specs';
  networking_network_v2: 'admin_state_up' | 'all_tags' | 'availability_zone_hints' | 'description' | 'dns_domain' | 'external' | 'id' | 'mtu' | 'name' | 'port_security_enabled' | 'qos_policy_id' | 'region' | 'shared' | 'tags' | 'tenant_id' | 'transparent_vlan' | 'value_specs';
  networking_port_v2: 'admin_state_up' | 'all_fixed_ips' | 'all_security_group_ids' | 'all_tags' | 'description' | 'device_id' | 'device_owner' | 'dns_assignment' | 'dns_name' | 'id' | 'mac_address' | 'name' | 'network_id' | 'no_fixed_ip' | 'no_security_groups' | 'port_security_enabled' | 'qos_policy_id' | 'region' | 'security_group_ids' | 'tags' | 'tenant_id' | 'value_specs';
  networking_router_interface_v2: 'force_destroy' | 'id' | 'port_id' | 'region' | 'router_id' | 'subnet_id';
  networking_router_v2: 'admin_state_up' | 'all_tags' | 'availability_zone_hints' | 'description' | 'distributed' | 'enable_snat' | 'external_network_id' | 'external_qos_policy_id' | 'external_subnet_ids' | 'id' | 'name' | 'region' | 'tags' | 'tenant_id' | 'value_specs';
  networking_secgroup_rule_v2: 'description' | 'direction' | 'ethertype' | 'id' | 'port_range_max' | 'port_range_min' | 'protocol' | 'region' | 'remote_address_group_id' | 'remote_group_id' | 'remote_ip_prefix' | 'security_group_id' | 'tenant_id';
  networking_secgroup_v2: 'all_tags' | 'delete_default_rules' | 'description' | 'id' | 'name' | 'region' | 'stateful' | 'tags' | 'tenant_id';
  networking_subnet_v2: 'all_tags' | 'cidr' | 'description' | 'dns_nameservers' | 'dns_publish_fixed_ip' | 'enable_dhcp' | 'gateway_ip' | 'id' | 'ip_version' | 'ipv6_address_mode' | 'ipv6_ra_mode' | 'name' | 'network_id' | 'no_gateway' | 'prefix_length' | 'region' | 'segment_id' | 'service_types' | 'subnetpool_id' | 'tags' | 'tenant_id' | 'value_specs';
}

export interface DataSources {
  images_image_v2: {
    container_format?: string;
    disk_format?: string;
    hidden?: boolean;
    member_status?: string;
    most_recent?: boolean;
    name?: string;
    name_regex?: string;
    owner?: string;
    properties?: Record<string, string>;
    region?: string;
    size_max?: number;
    size_min?: number;
    sort?: string;
    tag?: string;
    tags?: string[];
    visibility?: string;
  };
  networking_network_v2: {
    description?: string;
    external?: boolean;
    matching_subnet_cidr?: string;
    mtu?: number;
    name?: string;
    network_id?: string;
    region?: string;
    status?: string;
    tags?: string[];
    tenant_id?: string;
    transparent_vlan?: boolean;
  };
}

export interface DataAttributes {
  images_image_v2: 'checksum' | 'container_format' | 'created_at' | 'disk_format' | 'file' | 'hidden' | 'id' | 'member_status' | 'metadata' | 'min_disk_gb' | 'min_ram_mb' | 'most_recent' | 'name' | 'name_regex' | 'owner' | 'properties' | 'protected' | 'region' | 'schema' | 'size_bytes' | 'size_max' | 'size_min' | 'sort' | 'tag' | 'tags' | 'updated_at' | 'visibility';
  networking_network_v2: 'admin_state_up' | 'all_tags' | 'availability_zone_hints' | 'description' | 'dns_domain' | 'external' | 'id' | 'matching_subnet_cidr' | 'mtu' | 'name' | 'network_id' | 'region' | 'segments' | 'shared' | 'status' | 'subnets' | 'tags' | 'tenant_id' | 'transparent_vlan';
}
