// The same application as in the other languages: a store, a service that needs it, and two environments.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/truekeel/truekeel-go/truekeel"
)

func main() {
	defer jsii.Close()
	app := truekeel.NewApp(&truekeel.AppProps{
		Project:  jsii.String("greeter"),
		Policies: &[]truekeel.Policy{newHasOwner()},
	})
	staging := truekeel.NewEnvironment(app, jsii.String("staging"), &truekeel.EnvironmentProps{
		Namespace:         jsii.String("greeter"),
		KubernetesVersion: jsii.String("1.33"),
	})
	production := truekeel.NewEnvironment(app, jsii.String("production"), &truekeel.EnvironmentProps{
		Namespace:         jsii.String("greeter"),
		KubernetesVersion: jsii.String("1.33"),
		PromotesFrom:      &[]truekeel.Environment{staging},
		OnFailure:         truekeel.OnFailure_ROLL_BACK(),
		Policies: &[]truekeel.Policy{truekeel.Policies_StarterRule(jsii.String("latest-tag"), &truekeel.PolicyProps{
			Severity: truekeel.Severity_ERROR(),
		})},
	})
	fill(staging, 1)
	fill(production, 3)
	app.Synth()
}

func fill(environment truekeel.Environment, replicas int) {
	store := newStore(environment, "store")
	truekeel.PolicyException_Add(store.deployment, &truekeel.PolicyExceptionProps{
		Policy:  jsii.String("has-owner"),
		Reason:  jsii.String("the store moves to the platform team"),
		Expires: jsii.String("2099-12-31"),
	})
	newGreeter(environment, "greeter", replicas).AddDependency(store.application)
}
