// Published figures, as collected with accelergy-library-plug-in; numbers and sources only.
#include "model/energy/estimators/library.hpp"

namespace tilewright::energy {

std::string_view builtin_library() {
  return R"csv(
# Shao et al., ISCA 2014, doi 10.1109/ISCA.2014.6853196
COMPONENT: aladdin_adder
technology,global_cycle_seconds,width|datawidth,energy,area,action
40nm,1e-9,32,0.21,2.78E+02,add|read
40nm,1e-9,32,0.0024,2.78E+02,leak
40nm,1e-9,32,0,2.78E+02,update|write
COMPONENT: aladdin_comparator
technology,global_cycle_seconds,width|datawidth,energy,area,action
40nm,1e-9,32,0.02947,71,compare|read
40nm,1e-9,32,2.51E-05,71,leak
40nm,1e-9,32,0,71,update|write
COMPONENT: aladdin_counter
technology,global_cycle_seconds,width|datawidth,energy,area,action
40nm,1e-9,32,0.25074,495.5,count|read
40nm,1e-9,32,0.0003213,495.5,leak
40nm,1e-9,32,0,495.5,update|write
COMPONENT: aladdin_multiplier
technology,global_cycle_seconds,width|datawidth,width_a|datawidth_a,width_b|datawidth_b,energy,area,action
40nm,1e-9,32,32,32,12.68,6350,multiply|read
40nm,1e-9,32,32,32,0.08,6350,leak
40nm,1e-9,32,32,32,0,6350,update|write
COMPONENT: aladdin_register
technology,global_cycle_seconds,width|datawidth,energy,area,action
40nm,1e-9,1,0.009,5.98E+00,read
40nm,1e-9,1,0,5.98E+00,write
40nm,1e-9,1,0,5.98E+00,leak|update
# Qiao et al., DAC 2018, doi 10.1109/DAC.2018.8465832
COMPONENT: atomlayer_input_buffer_transfers
technology,global_cycle_seconds,width|datawidth,depth,energy,area,action
32nm,1e-9,16,128,6.46,2100,read
32nm,1e-9,16,128,0,2100,write|update|leak
COMPONENT: atomlayer_register_ladder
technology,global_cycle_seconds,width|datawidth,depth,energy,area,action
32nm,1e-9,16,128,0.083,1620,read|write
32nm,1e-9,16,128,0,1620,update|leak
# Song et al., DAC 2021, doi 10.1109/DAC18074.2021.9586247; the converter: Chen et al., VLSI 2018
COMPONENT: brahms_dac
technology,global_cycle_seconds,resolution,energy,area,action
40nm,1e-9,8,0.291,438,read|convert
40nm,1e-9,8,0,438,update|write|leak
# Yuan et al., ISCA 2021, doi 10.1109/ISCA52012.2021.00029
COMPONENT: forms_adc
technology,global_cycle_seconds,resolution,energy,area,n_instances,action
32nm,1e-9,4,0.22619,284.375,1,convert|read
32nm,1e-9,4,0,284.375,1,update|write|leak
# Shafiee et al., ISCA 2016, doi 10.1109/ISCA.2016.12; the converter: Kull et al., ISSCC 2013, over resolution by Saberi et al., 2011
COMPONENT: isaac_adc
technology,global_cycle_seconds,resolution,energy,area,n_instances,action
32nm,1e-9,8,1.666666667,1200,1,convert|read
32nm,1e-9,8,0,1200,1,leak|update|write
32nm,1e-9,4,0.79,361.04,1,convert|read
32nm,1e-9,5,0.99,476.91,1,convert|read
32nm,1e-9,6,1.20,626.91,1,convert|read
32nm,1e-9,7,1.42,845.18,1,convert|read
32nm,1e-9,8,1.67,1200,1,convert|read
32nm,1e-9,9,1.969078145,1827.911647,1,convert|read
32nm,1e-9,10,2.379022742,3002.008032,1,convert|read
COMPONENT: isaac_chip2chip_link
technology,global_cycle_seconds,width|datawidth,energy,area,action
65nm,1e-9,128,26,23000000,read|write|update
65nm,1e-9,128,0,23000000,leak
COMPONENT: isaac_dac
technology,global_cycle_seconds,resolution,energy,area,rows,action
32nm,1e-9,1,0.41667,0.166015625,1,drive|read
32nm,1e-9,1,0,0.166015625,1,write|leak|update
COMPONENT: isaac_eDRAM
technology,global_cycle_seconds,width|datawidth,depth,energy,area,action
32nm,1e-9,256,2048,20.45,83000,read|write|update
32nm,1e-9,256,2048,0,83000,leak
COMPONENT: isaac_eDRAM_bus
technology,global_cycle_seconds,width|datawidth,energy,area,action
32nm,1e-9,1,0.054,29.296875,read
32nm,1e-9,1,0,29.296875,leak|update|write
COMPONENT: isaac_router
technology,global_cycle_seconds,width|datawidth,energy,area,action
32nm,1e-9,256,20.74,150000,read
32nm,1e-9,256,0,150000,leak|update|write
COMPONENT: isaac_router_shared_by_four
technology,global_cycle_seconds,width|datawidth,energy,area,action
32nm,1e-9,256,20.74,37500,read
32nm,1e-9,256,0,37500,leak|update|write
COMPONENT: isaac_shift_add
technology,global_cycle_seconds,width|datawidth,energy,area,action
32nm,1e-9,16,0.021,60,shift_add|read|write
32nm,1e-9,16,0.00E+00,60,leak|update
# Jia et al., JSSC 2020, doi 10.1109/JSSC.2020.2987714
COMPONENT: jia_datapath
technology,global_cycle_seconds,voltage,energy,area,action
65nm,540e-9,1.2,12,10535,read
65nm,540e-9,1.2,2.4,10535,leak
65nm,540e-9,1.2,0,10535,write|update
COMPONENT: jia_shift_add
technology,global_cycle_seconds,resolution,voltage,energy,area,action
65nm,540e-9,8,1.2,2.25,5000,read
65nm,540e-9,8,1.2,1.2,5000,leak
65nm,540e-9,8,1.2,0,5000,write|update
COMPONENT: jia_zero_gate
technology,global_cycle_seconds,rows,resolution,voltage,energy,area,action
65nm,540e-9,1,8,1.2,0.5,174,read
65nm,540e-9,1,8,1.2,0.2,174,leak
65nm,540e-9,1,8,1.2,0,174,write|update
# Giterman et al., SSC-L 2020, doi 10.1109/LSSC.2020.3006496
COMPONENT: raaam_edram
technology,global_cycle_seconds,width|datawidth,depth,energy,area,action
16nm,1e-9,1024,1024,2641.92,131570,read
16nm,1e-9,1024,1024,2519.04,131570,write|update
16nm,1e-9,1024,1024,0.381,131570,leak
# Nag et al., IEEE Micro 2018, doi 10.1109/MM.2018.053631140
COMPONENT: newton_adc
technology,global_cycle_seconds,resolution,energy,area,action
32nm,1e-9,9,2.58333333333,1500,convert|read
32nm,1e-9,9,0,1500,write|update|leak
# Sze et al., Efficient Processing of Deep Neural Networks, 2020
COMPONENT: raella_quant_multiplier
technology,global_cycle_seconds,energy,area,n_instances,action
40nm,1e-9,0.25,0,1,multiply|read
40nm,1e-9,0,0,1,update|leak|write
# Li et al., ISCA 2020, doi 10.1109/ISCA45697.2020.00073
COMPONENT: timely_charging_comparator
technology,global_cycle_seconds,energy,area,action
65nm,1e-9,0.0417,40,compare|read
65nm,1e-9,0,40,write|update|leak
COMPONENT: timely_dtc
technology,global_cycle_seconds,resolution,energy,area,action
65nm,1e-9,8,0.0375,240,convert|read
65nm,1e-9,8,0,240,write|leak|update
COMPONENT: timely_iadder
technology,global_cycle_seconds,energy,area,action
65nm,1e-9,0.0368,40,read|add
65nm,1e-9,0,40,write|update|leak
COMPONENT: timely_input_output_buffer
technology,global_cycle_seconds,width|datawidth,depth,energy,area,action
65nm,1e-9,128,128,203.776,40,read
65nm,1e-9,128,128,496.624,40,write|update
65nm,1e-9,128,128,0,40,leak
COMPONENT: timely_psubBuf
technology,global_cycle_seconds,n_instances,energy,area,action
65nm,1e-9,1,0.0023,5,drive|read|convert
65nm,1e-9,1,0,5,leak|update|write
COMPONENT: timely_tdc
technology,global_cycle_seconds,resolution,energy,area,action
65nm,1e-9,8,0.145,310,convert|read
65nm,1e-9,8,0,310,leak|write|update
COMPONENT: timely_xsubBuf
technology,global_cycle_seconds,rows,energy,area,action
65nm,1e-9,1,0.00062,5,read|drive|buffer
65nm,1e-9,1,0,5,leak|write|update
# Wan et al., Nature 608, 2022
COMPONENT: wan_variable_precision_adc
technology,n_steps,global_cycle_seconds,voltage,energy,area,action
130nm,1,1e-6,1.8,0.3,400,read
130nm,*,1e-6,1.8,0,400,leak
130nm,*,1e-6,1.8,0,400,write|update
COMPONENT: wan_shift_add
technology,n_steps,global_cycle_seconds,resolution,voltage,energy,area,action
130nm,1,1e-6,8,1.8,0.1,170,read
130nm,*,1e-6,8,1.8,0,170,leak
130nm,*,1e-6,8,1.8,0,170,write|update
COMPONENT: wan_analog_integrator
technology,n_steps,global_cycle_seconds,voltage,energy,area,action
130nm,1,1e-6,1.8,0.25,350,read
130nm,*,1e-6,1.8,0,350,leak
130nm,*,1e-6,1.8,0,350,write|update
COMPONENT: wan_analog_sample
technology,global_cycle_seconds,voltage,energy,area,action
130nm,1e-6,1.8,1.2,350,read
130nm,1e-6,1.8,0,350,leak
130nm,1e-6,1.8,0,350,write|update
# Parts that later designs took over from ISAAC.
POINTER: atomlayer_adc = isaac_adc
POINTER: atomlayer_dac = isaac_dac
POINTER: atomlayer_router = isaac_router
POINTER: atomlayer_eDRAM = isaac_eDRAM
POINTER: atomlayer_eDRAM_bus = isaac_eDRAM_bus
POINTER: atomlayer_shift_add = isaac_shift_add
POINTER: forms_dac = isaac_dac
POINTER: newton_adc = isaac_adc
POINTER: newton_dac = isaac_dac
POINTER: newton_router = isaac_router
POINTER: newton_eDRAM = isaac_eDRAM
POINTER: newton_eDRAM_bus = isaac_eDRAM_bus
POINTER: newton_shift_add = isaac_shift_add
POINTER: timely_chip2chip_link = isaac_chip2chip_link
)csv";
}

}  // namespace tilewright::energy
