package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/truekeel/truekeel-go/truekeel"

	"example.com/greeter/imports/greeterexamplecom"
)

const image = "registry.example.com/greeter:1.4.2"

// newGreeter makes what greets, what cleans up behind it, and what it says: a custom resource.
func newGreeter(scope truekeel.Environment, name string, replicas int) truekeel.Application {
	application := truekeel.NewApplication(scope, &name, &truekeel.ApplicationProps{
		Drift: truekeel.Drift_CORRECT(),
	})
	web := newWeb(application, replicas)
	truekeel.NewWorkload(application, jsii.String("cleanup"), &truekeel.WorkloadProps{
		Kind:     truekeel.WorkloadKind_CRON_JOB(),
		Schedule: cdk8s.Cron_Daily(),
		TimeZone: jsii.String("Europe/Rome"),
		Image:    jsii.String(image),
		Args:     jsii.Strings("clean-up", "--from", *web.Url()),
	})
	greeterexamplecom.NewGreeting(application, jsii.String("greeting"), &greeterexamplecom.GreetingProps{
		Spec: &greeterexamplecom.GreetingSpec{
			FromValue: jsii.String("greeter"),
			Texts: &[]*greeterexamplecom.GreetingSpecTexts{
				{Language: jsii.String("de"), Text: jsii.String("Grüße"), DefaultValue: jsii.Bool(true)},
				{Language: jsii.String("zh"), Text: jsii.String("世界")},
			},
			ServerIP:  jsii.String("192.0.2.7"),
			Tone:      jsii.String("formal"),
			Port:      "metrics",
			Limits:    &map[string]*float64{"guests": jsii.Number(30), "partners": jsii.Number(600)},
			Rendering: &map[string]any{"columns": 80, "emphasis": object{"words": []string{"world"}}},
		},
	})
	greeterexamplecom.Greeting_FromManifest(application, jsii.String("farewell"), object{
		"spec": object{
			"from":  "greeter",
			"texts": []object{{"language": "it", "text": "Ciao", "default": true}},
			"port":  9090,
		},
	})
	truekeel.Mixins_Of(application).Apply(&owned{"greeters"})
	return application
}

func newWeb(application truekeel.Application, replicas int) truekeel.Workload {
	settings := truekeel.NewConfig(application, jsii.String("settings"), &truekeel.ConfigProps{
		Data: &map[string]*string{
			"GREETING": jsii.String("Grüße, 世界"),
			"STORE":    jsii.String("store-service:80"),
			"LEVEL":    jsii.String("0755"),
		},
	})
	web := truekeel.NewWorkload(application, jsii.String("web"), &truekeel.WorkloadProps{
		Image:           jsii.String(image),
		Port:            jsii.Number(8080),
		MorePorts:       &map[string]*float64{"metrics": jsii.Number(9090)},
		Replicas:        jsii.Number(replicas),
		EnvironmentFrom: &[]truekeel.EnvironmentSource{truekeel.EnvironmentSource_Config(settings)},
		EnvironmentValues: &map[string]truekeel.EnvironmentValue{
			"POD": truekeel.EnvironmentValue_Field(jsii.String("metadata.name")),
		},
		Mounts: &[]truekeel.Mount{
			truekeel.Mount_EmptyDirectory(jsii.String("/cache"), cdk8s.Size_Mebibytes(jsii.Number(32))),
		},
		Requests: &truekeel.ComputeAmount{
			Cpu:    truekeel.Cpu_Millis(jsii.Number(100)),
			Memory: cdk8s.Size_Mebibytes(jsii.Number(64)),
		},
		Readiness: truekeel.HealthCheck_Http(jsii.String("/ready"), &truekeel.HealthCheckOptions{
			Period: cdk8s.Duration_Seconds(jsii.Number(5)),
		}),
		Spread: truekeel.NewTopologySpread(&truekeel.TopologySpreadProps{
			Over: &[]truekeel.Topology{truekeel.Topology_ZONE()},
		}),
		Route: &truekeel.WorkloadRoute{
			Gateway: truekeel.GatewayReference_Named(jsii.String("public"), &truekeel.GatewayReferenceOptions{
				Namespace: jsii.String("gateways"),
			}),
			Hostnames: jsii.Strings("greeter.example.com"),
		},
	})
	web.AddInitContainer(jsii.String("migrate"), &truekeel.ContainerOptions{
		Image: jsii.String(image),
		Args:  jsii.Strings("migrate"),
	})
	web.Patch(cdk8s.JsonPatch_Add(jsii.String("/spec/revisionHistoryLimit"), 3))
	return web
}
