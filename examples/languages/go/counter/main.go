// A Helm chart, with values, and with changes to what it makes.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/truekeel/truekeel-go/truekeel"
)

func main() {
	defer jsii.Close()
	app := truekeel.NewApp(&truekeel.AppProps{Project: jsii.String("counter")})
	production := truekeel.NewEnvironment(app, jsii.String("production"), &truekeel.EnvironmentProps{
		Namespace:         jsii.String("counter"),
		KubernetesVersion: jsii.String("1.33"),
	})
	application := truekeel.NewApplication(production, jsii.String("counter"), nil)
	counter := truekeel.NewHelmChart(application, jsii.String("counter"), &truekeel.HelmChartProps{
		Chart: jsii.String("counter"),
		Values: &map[string]any{
			"replicas": 2,
			"settings": map[string]any{"STORE": "store-service:80", "LIMIT": 1000, "EXACT": true},
		},
	})
	truekeel.Settings_Of(counter).Drift(truekeel.Drift_REPORT())
	deployment := counter.Object(jsii.String("Deployment"), jsii.String("counter"))
	deployment.AddJsonPatch(cdk8s.JsonPatch_Add(jsii.String("/spec/revisionHistoryLimit"), 3))
	counter.LeaveOut(jsii.String("ServiceAccount"), jsii.String("counter"))
	app.Synth()
}
